import { Effect } from "effect"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { appendUntilKnown } from "../../src/application/append-until-known.ts"
import { noStream } from "../../src/application/ports/event-store.ts"
import { ids, stored, tipAfter } from "../support/event-log.ts"
import type { Fault } from "../support/eventstoredb/faults.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { openStore } from "../support/eventstoredb/store-under-test.ts"
import { eventually } from "../support/eventually.ts"
import { newEvents, newStream } from "../support/stored-events.ts"

let server: EventStoreDbProcess
beforeAll(async () => {
  server = await startEventStoreDb()
})
afterEach(() => server.clearFaults())
afterAll(() => server.kill())

/** A new stream, the events that it is to begin with, and how to append them. */
const givenAppend = (store: ReturnType<typeof openStore>, count = 2) => {
  const stream = newStream()
  const events = newEvents(stream, noStream, count)
  return {
    name: store.prefix + stream,
    attempt: () =>
      store.run(({ append }) =>
        Effect.match(append(stream, noStream, events), { onSuccess: () => "stored", onFailure: ({ _tag }) => _tag })
      ),
    once: () => store.failure(({ append }) => append(stream, noStream, events)),
    untilKnown: () => store.run((port) => appendUntilKnown(port, noStream, events)),
    lies: async () => ids((await store.run(({ read }) => read(stream))).events),
    ids: ids(events)
  }
}

const times = 3
const faults: ReadonlyArray<readonly [string, Omit<Fault, "on">, string]> = [
  ["the connection drops before it", { when: "before", effect: "drop" }, "unavailable"],
  ["the connection drops after it", { when: "after", effect: "drop" }, "unavailable"],
  ["the call is reset before it", { when: "before", effect: "reset" }, "internal"],
  ["the call is reset after it", { when: "after", effect: "reset" }, "internal"],
  ["the server is not ready", { when: "before", effect: "error", code: 14 }, "unavailable"],
  ["the server gave up after it", { when: "after", effect: "error", code: 10 }, "aborted"],
  ["the server failed after it", { when: "after", effect: "error", code: 2 }, "unknown"],
  ["the server was too late", { when: "after", effect: "error", code: 4 }, "deadline_exceeded"]
]

describe("an append without a good answer", () => {
  it.each(faults)(
    "is of unknown outcome when %s, and lies there once after it was made again",
    async (_, fault, code) => {
      const store = openStore(server.url)
      const appending = givenAppend(store)
      await server.fault({ on: "append", stream: appending.name, ...fault })
      assert.include(await appending.once(), {
        _tag: "EventStoreUnavailable",
        operation: "append",
        stored: "unknown",
        code
      })
      assert.deepStrictEqual(await appending.lies(), fault.when === "after" ? appending.ids : [])
      await server.fault({ on: "append", stream: appending.name, ...fault, times })
      await appending.untilKnown()
      assert.deepStrictEqual(await appending.lies(), appending.ids)
    }
  )

  it.each([
    ["its credentials are refused", { code: 16 }, "access_denied"],
    ["it is not allowed", { code: 7 }, "permission_denied"],
    ["it is no append", { code: 3 }, "invalid_argument"]
  ])("surely was not stored when %s", async (_, fault, code) => {
    const store = openStore(server.url)
    const appending = givenAppend(store)
    await server.fault({ on: "append", stream: appending.name, effect: "error", ...fault })
    assert.include(await appending.once(), { _tag: "EventStoreUnavailable", stored: "no", code })
  })

  it("does not hide that somebody else was faster", async () => {
    const store = openStore(server.url)
    const [appending, rival] = [givenAppend(store), openStore(server.url, { streamPrefix: store.prefix })]
    await server.fault({ on: "append", stream: appending.name, effect: "drop" })
    await appending.once()
    const theirs = await rival.append(appending.name.slice(store.prefix.length), noStream, 1)
    assert.strictEqual((await appending.once())._tag, "RevisionConflict")
    assert.deepStrictEqual(await appending.lies(), ids(theirs))
  })

  it("is none of others' business: none is lost or stored twice while connections drop", async () => {
    const store = openStore(server.url)
    const all = Array.from({ length: 200 }, () => givenAppend(store, 1))
    let drops = 0
    const dropping = setInterval(() => void (drops++ < 8 ? server.dropConnections() : clearInterval(dropping)), 25)
    await Promise.all(all.map(({ untilKnown }) => untilKnown())).finally(() => clearInterval(dropping))
    for (const { lies, ids } of all) assert.deepStrictEqual(await lies(), ids)
    assert.lengthOf(await store.run(({ raw }) => raw(0, 1000)), all.length)
  })
})

describe("appends at once", () => {
  it("are 64 at most, so that none waits unseen in the client; the others have their turn", async () => {
    const waiting: Array<number> = []
    const telemetry = { jobsWaiting: (count: number) => void waiting.push(count), appended: () => {} }
    const store = openStore(server.url, { telemetry, deadline: 120_000 })
    const all = Array.from({ length: 100 }, () => givenAppend(store, 1))
    await server.fault({ on: "append", stream: store.prefix, effect: "hang", times: 100 })
    const outcomes = Promise.all(all.map(({ attempt }) => attempt()))
    await eventually("all to wait", () => waiting.at(-1) === 100)
    await eventually("64 to arrive", async () => (await server.report()).faults === 36)
    // A read takes the same way.
    assert.deepStrictEqual(await all[0]?.lies(), [])
    assert.strictEqual((await server.report()).faults, 36)
    await server.clearFaults()
    await server.dropConnections()
    const stored = (await outcomes).filter((outcome) => outcome === "stored").length
    assert.deepStrictEqual([stored, waiting.at(-1), Math.max(...waiting)], [36, 0, 100])
  })

  it("go to the server one call each", async () => {
    const store = openStore(server.url)
    await server.fault({ on: "batchAppend", effect: "error", code: 2, times: 1000 })
    await Promise.all(Array.from({ length: 50 }, () => store.given(1)))
  })

  it("are measured", async () => {
    const seconds: Array<number> = []
    const store = openStore(server.url, { telemetry: { jobsWaiting: () => {}, appended: (s) => void seconds.push(s) } })
    const { stream, tip } = await store.given(1)
    await store.failure(({ append }) => append(stream, noStream, newEvents(stream, noStream, 1)))
    await store.append(stream, tip, 1)
    assert.lengthOf(seconds, 3)
    assert.isTrue(seconds.every((s) => s > 0))
  })
})

describe("the tip of an append", () => {
  it("is checked to its hash by a process that did not read the stream", async () => {
    const store = openStore(server.url)
    const { stream, events, tip } = await store.given(2)
    const later = openStore(server.url, { streamPrefix: store.prefix })
    const wrong = { ...tip, hash: "f".repeat(64) }
    const refused = newEvents(stream, tip, 1)
    assert.strictEqual((await later.failure(({ append }) => append(stream, wrong, refused)))._tag, "RevisionConflict")
    const more = await later.append(stream, tip, 1)
    // This process knows an earlier end.
    const last = await store.append(stream, tipAfter(more), 1)
    const read = await later.run(({ read }) => read(stream))
    assert.deepStrictEqual(read.events, [...events, ...more, ...last].map(stored))
  })

  it("that cannot be checked leaves the append undone", async () => {
    const store = openStore(server.url)
    const { stream, name, tip } = await store.given(1)
    const later = openStore(server.url, { streamPrefix: store.prefix })
    await server.fault({ on: "read", stream: name, effect: "error", code: 14 })
    const failure = await later.failure(({ append }) => append(stream, tip, newEvents(stream, tip, 1)))
    assert.include(failure, { _tag: "EventStoreUnavailable", stored: "no", code: "unavailable" })
    assert.lengthOf((await later.run(({ read }) => read(stream))).events, 1)
  })
})
