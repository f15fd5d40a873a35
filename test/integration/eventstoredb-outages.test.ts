import { Effect } from "effect"
import { assert, describe, it, onTestFinished } from "vitest"
import { appendUntilKnown } from "../../src/application/append-until-known.ts"
import { noStream } from "../../src/application/ports/event-store.ts"
import { ids, stored } from "../support/event-log.ts"
import { type ProcessOptions, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { openStore } from "../support/eventstoredb/store-under-test.ts"
import { eventually } from "../support/eventually.ts"
import { startStallingProxy } from "../support/stalling-proxy.ts"
import { newEvents, newStream } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const startServer = async (options: ProcessOptions = {}) => {
  const server = await startEventStoreDb({ data: temporaryFolder(), ...options })
  onTestFinished(async () => {
    server.thaw()
    await server.kill()
  })
  return server
}
type Store = ReturnType<typeof openStore>

const appending = (store: Store, count = 1) => {
  const stream = newStream()
  const events = newEvents(stream, noStream, count)
  return {
    stream,
    events,
    untilKnown: () => store.run((port) => appendUntilKnown(port, noStream, events)),
    once: () => store.failure(({ append }) => append(stream, noStream, events)),
    lies: async () => ids((await store.run(({ read }) => read(stream))).events)
  }
}
const untilItAnswers = (store: Store) =>
  eventually("an answer", () =>
    store.run(({ positionBefore }) =>
      Effect.match(positionBefore(0), { onSuccess: () => true, onFailure: () => false })
    )
  )
/** As callers do: they come again. */
const untilStored = ({ untilKnown }: ReturnType<typeof appending>) =>
  eventually("the append", () =>
    untilKnown().then(
      () => true,
      () => false
    )
  )
const probe = (store: Store) =>
  store.run((port) => Effect.match(port.probe, { onSuccess: () => "works", onFailure: ({ code }) => code }))

describe("a server that is not there", () => {
  it("at the start is no reason not to open: the store works once it is", async () => {
    const server = await startServer()
    await server.kill()
    const store = openStore(server.url)
    const failures = [
      await store.failure(({ read }) => read("a")),
      await store.failure(({ positionBefore }) => positionBefore(0)),
      await store.failure(({ raw }) => raw(0, 10)),
      await appending(store).once()
    ]
    assert.deepStrictEqual(
      failures.map((failure) => ("stored" in failure ? [failure.operation, failure.stored, failure.code] : failure)),
      [
        ["read", "no", "unavailable"],
        ["raw", "no", "unavailable"],
        ["raw", "no", "unavailable"],
        ["append", "unknown", "unavailable"]
      ]
    )
    assert.strictEqual(await probe(store), "unavailable")
    await server.start()
    await untilItAnswers(store)
    await store.given(1)
    assert.strictEqual(await probe(store), "works")
  })

  it("any more, or not yet ready, is one when it is: what was acknowledged is there, and the rest once", async () => {
    const server = await startServer()
    const store = openStore(server.url)
    const all = Array.from({ length: 150 }, () => appending(store))
    let acknowledged = 0
    const appends = all.map(async ({ untilKnown, once }, i) => {
      // Half of them give up at once.
      if (i % 2 === 0) await untilKnown()
      else await once().catch(() => {})
      if (++acknowledged === 30) await server.restart("SIGKILL")
    })
    await Promise.all(appends)
    for (const [i, { lies, events }] of all.entries())
      if (i % 2 === 0) assert.deepStrictEqual(await lies(), ids(events))
    await Promise.all(all.map(({ untilKnown }) => untilKnown()))
    for (const { lies, events } of all) assert.deepStrictEqual(await lies(), ids(events))
    assert.lengthOf(await store.run(({ raw }) => raw(0, 1000)), all.length)
  })

  it("any more while much is on its way to it leaves nobody without an answer", async () => {
    const server = await startServer()
    const store = openStore(server.url)
    await untilItAnswers(store)
    await server.fault({ on: "append", stream: store.prefix, when: "after", effect: "hang", times: 1000 })
    const large = Array.from({ length: 80 }, () => {
      const stream = newStream()
      return store.failure(({ append }) =>
        append(stream, noStream, newEvents(stream, noStream, 1, "x".repeat(400_000)))
      )
    })
    await eventually("some to arrive", async () => (await server.report()).events > 5)
    await server.kill()
    const codes = (await Promise.all(large)).map((failure) => "stored" in failure && failure.stored)
    assert.deepStrictEqual([...new Set(codes)], ["unknown"])
  })

  it("ready takes no call: appends are made again until it is", async () => {
    const server = await startServer()
    const store = openStore(server.url)
    await untilItAnswers(store)
    await server.setStage({ isReady: false })
    const { once, untilKnown, lies, events } = appending(store)
    assert.include(await once(), { stored: "unknown", code: "unavailable" })
    assert.include(await store.failure(({ read }) => read("a")), { code: "unavailable" })
    assert.strictEqual(await probe(store), "unavailable")
    const done = untilKnown()
    await server.setStage({ isReady: true })
    await done
    assert.deepStrictEqual(await lies(), ids(events))
    assert.strictEqual(await probe(store), "works")
  })
})

describe("a server that does not answer", () => {
  /** Short, so that the test is; nothing here needs an answer in time. */
  const deadline = 700

  it("an append has it made again on another connection, and it lies there once", async () => {
    const server = await startServer()
    const store = openStore(server.url, { deadline })
    const append = appending(store, 2)
    const { lies, events, stream } = append
    for (const when of ["before", "after"] as const)
      await server.fault({ on: "append", stream: store.prefix + stream, when, effect: "hang" })
    await untilStored(append)
    assert.strictEqual((await server.report()).faults, 0)
    const lying = await eventually("a read in time", () => lies().catch(() => undefined))
    assert.deepStrictEqual(lying, ids(events))
    await eventually("the old connections to end", async () => (await server.report()).connections <= 1)
  })

  it("to a read has had it cancelled", async () => {
    const server = await startServer()
    const store = openStore(server.url, { deadline })
    await server.fault({ on: "read", stream: `${store.prefix}a`, effect: "hang" })
    assert.include(await store.failure(({ read }) => read("a")), { operation: "read", stored: "no", code: "timeout" })
    await eventually("a read in time", () => store.run(({ read }) => read("a")).catch(() => undefined))
    await eventually("the old connection to end", async () => (await server.report()).connections <= 1)
  })

  it("at all, since it stands still, is waited for no longer than the deadline; then it goes on", async () => {
    const server = await startServer()
    const store = openStore(server.url, { deadline })
    await untilItAnswers(store)
    server.freeze()
    const append = appending(store)
    const { once, lies, events } = append
    const failures = await Promise.all([once(), store.failure(({ read }) => read("a"))])
    assert.deepStrictEqual(
      failures.map((failure) => "code" in failure && failure.code),
      ["timeout", "timeout"]
    )
    const done = untilStored(append)
    server.thaw()
    await done
    const lying = await eventually("a read in time", () => lies().catch(() => undefined))
    assert.deepStrictEqual(lying, ids(events))
  })

  it("on a connection that fell silent is asked on another one", async () => {
    const server = await startServer()
    const proxy = await startStallingProxy(Number(new URL(server.httpUrl).port))
    onTestFinished(proxy.close)
    // The client itself would notice in an hour.
    const store = openStore(`esdb://127.0.0.1:${proxy.port}/?tls=false&keepAliveInterval=3600000`, { deadline })
    await untilItAnswers(store)
    proxy.stall()
    const append = appending(store)
    const first = append.once()
    // Others are under way when the first one is given up, and later.
    const others = setInterval(() => void store.run(({ read }) => read("a")).catch(() => {}), deadline / 4)
    onTestFinished(() => clearInterval(others))
    assert.include(await first, { stored: "unknown", code: "timeout" })
    await untilStored(append)
  })

  it("keeps no store from closing", async () => {
    const server = await startServer()
    const store = openStore(server.url)
    await untilItAnswers(store)
    server.freeze()
    const waiting = Promise.allSettled([store.run(({ read }) => read("a")), appending(store).once()])
    await store.close()
    assert.lengthOf(await waiting, 2)
  })
})

describe("a store", () => {
  it.each([16, 7])("is not opened with credentials that the server does not take (%i)", async (code) => {
    const server = await startServer()
    await server.fault({ on: "read", stream: "$all", effect: "error", code })
    const failure = await openStore(server.url)
      .failure(({ read }) => read("a"))
      .catch((error: unknown) => error)
    assert.propertyVal(failure, "_tag", "EventStoreDbRefused")
  })

  it("gives back what was appended by a process before it, after a restart of the server too", async () => {
    const server = await startServer()
    const store = openStore(server.url)
    const { stream, events, tip } = await store.given(3)
    await store.close()
    await server.restart("SIGTERM")
    const later = openStore(server.url, { streamPrefix: store.prefix })
    const more = await later.append(stream, tip, 1)
    const read = await later.run(({ read }) => read(stream))
    assert.deepStrictEqual(read.events, [...events, ...more].map(stored))
  })
})
