import { EventStoreDBClient } from "@eventstore/db-client"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import {
  appending,
  caughtUp,
  collect,
  errorOf,
  event,
  events,
  follow,
  hasFailed,
  idsOf,
  newStream
} from "../support/eventstoredb/connection.ts"
import type { Fault } from "../support/eventstoredb/faults.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"

let server: EventStoreDbProcess
let client: EventStoreDBClient

beforeAll(async () => {
  server = await startEventStoreDb()
  client = EventStoreDBClient.connectionString(server.url)
})
afterEach(() => server.clearFaults())
afterAll(() => server.kill())

const append = appending(() => client)
const read = (stream: string) => collect(client.readStream(stream))
const isStored = (stream: string) =>
  read(stream).then(
    (found) => found.length > 0,
    () => false
  )
const untilNoFault = () => eventually("the fault", async () => (await server.report()).faults === 0)

describe("faults of the EventStoreDB double: appends", () => {
  const lost: ReadonlyArray<readonly [string, Omit<Fault, "on">, number]> = [
    ["the connection drops after it", { when: "after", effect: "drop" }, 14],
    ["the connection drops before it", { when: "before", effect: "drop" }, 14],
    ["the call is reset after it", { when: "after", effect: "reset" }, 13],
    ["it is refused as not possible now", { when: "before", effect: "error", code: 14 }, 14],
    ["its answer is an error after it", { when: "after", effect: "error", code: 2 }, 2]
  ]
  it.each(lost)("is stored or not, and once after the same append again, when %s", async (_, fault, code) => {
    const stream = newStream()
    const list = events(2)
    await server.fault({ on: "append", stream, ...fault })
    const error = await errorOf(append(stream, list, { expectedRevision: "no_stream" }))
    assert.strictEqual(error.code, code)
    assert.strictEqual(await isStored(stream), fault.when === "after")
    const again = await append(stream, list, { expectedRevision: "no_stream" })
    assert.strictEqual(again.nextExpectedRevision, 1n)
    assert.deepStrictEqual(
      idsOf(await read(stream)),
      list.map(({ id }) => id)
    )
  })

  it.each(["before", "after"] as const)("is never answered when it hangs %s its effect", async (when) => {
    const [stream, other] = [newStream(), newStream()]
    await server.fault({ on: "append", stream, when, effect: "hang" })
    const hanging = errorOf(append(stream, event(), { expectedRevision: "no_stream", deadline: 60_000 }))
    await untilNoFault()
    await append(other, event())
    await server.dropConnections()
    assert.strictEqual((await hanging).type, "unavailable")
    assert.strictEqual(await isStored(stream), when === "after")
  })

  it("is answered late when it is delayed", async () => {
    const stream = newStream()
    await server.fault({ on: "append", stream, effect: "delay", ms: 300 })
    const start = Date.now()
    await append(stream, event())
    assert.isAtLeast(Date.now() - start, 290)
  })

  it("meets as many faults as were asked for, on the streams that were named", async () => {
    const [stream, other] = [newStream(), newStream()]
    await server.fault({ on: "append", stream, effect: "error", code: 14, times: 2 })
    await append(other, event())
    for (const code of [14, 14]) assert.strictEqual((await errorOf(append(stream, event()))).code, code)
    await append(stream, event())
  })

  it("fails in all calls of a connection that drops", async () => {
    const streams = [newStream(), newStream()]
    for (const stream of streams) await server.fault({ on: "append", stream, effect: "hang" })
    const hanging = streams.map((stream) => errorOf(append(stream, event())))
    await untilNoFault()
    await server.dropConnections()
    assert.deepStrictEqual(
      (await Promise.all(hanging)).map(({ type, code }) => [type, code]),
      Array(2).fill(["unavailable", 14])
    )
    await append(newStream(), event())
  })

  it("can hit deletions too", async () => {
    const stream = newStream()
    await append(stream, event())
    await server.fault({ on: "delete", stream, when: "after", effect: "drop" })
    assert.strictEqual((await errorOf(client.deleteStream(stream))).code, 14)
    assert.strictEqual((await errorOf(read(stream))).type, "stream-not-found")
  })
})

describe("faults of the EventStoreDB double: readiness", () => {
  it("takes no call while it is not ready", async () => {
    await server.setStage({ isReady: false, isLive: false })
    const stream = newStream()
    for (const work of [append(stream, event()), read(stream), client.deleteStream(stream)]) {
      const error = await errorOf(work)
      assert.deepInclude(error, { type: "unavailable", code: 14 })
      assert.include(error.message, "Server Is Not Ready")
    }
    assert.strictEqual((await fetch(`${server.httpUrl}/health/live`)).status, 503)
    await server.setStage({ isReady: true, isLive: true })
    await append(stream, event())
    assert.strictEqual((await fetch(`${server.httpUrl}/health/live`)).status, 204)
  })
})

describe("faults of the EventStoreDB double: reads and subscriptions", () => {
  const subscribed = async (stream: string) => {
    await append(stream, event())
    return follow(client.subscribeToStream(stream)).until("its first event", caughtUp(1))
  }

  it("reads slowly, and everything", async () => {
    const stream = newStream()
    await append(stream, events(100))
    await server.fault({ on: "read", stream, effect: "slow", ms: 60 })
    const start = Date.now()
    assert.lengthOf(await read(stream), 100)
    // Four pages.
    assert.isAtLeast(Date.now() - start, 4 * 60 - 10)
  })

  it("delivers slowly, and everything", async () => {
    const stream = newStream()
    await append(stream, events(100))
    await server.fault({ on: "subscribe", stream, effect: "slow", ms: 60 })
    const start = Date.now()
    const followed = await follow(client.subscribeToStream(stream)).until("all events", caughtUp(100))
    assert.isAtLeast(Date.now() - start, 4 * 60 - 10)
    await followed.subscription.unsubscribe()
  })

  it("fails a read", async () => {
    const stream = newStream()
    await append(stream, event())
    await server.fault({ on: "read", stream, effect: "error", code: 14 })
    assert.strictEqual((await errorOf(read(stream))).code, 14)
    assert.lengthOf(await read(stream), 1)
  })

  it("confirms a silent subscription and delivers nothing on it", async () => {
    const stream = newStream()
    await append(stream, event())
    await server.fault({ on: "subscribe", stream, effect: "silent" })
    const silent = await follow(client.subscribeToStream(stream)).until("confirmation", ({ log }) => log.length > 0)
    const followed = await subscribed(stream)
    await followed.until("both events", caughtUp(2))
    assert.deepStrictEqual(silent.log, ["confirmation"])
    await Promise.all([silent, followed].map(({ subscription }) => subscription.unsubscribe()))
  })

  it("silences subscriptions that are open", async () => {
    const stream = newStream()
    const silent = await subscribed(stream)
    await server.silenceSubscriptions()
    const followed = await subscribed(stream)
    await followed.until("both events", caughtUp(2))
    assert.lengthOf(silent.events, 1)
    await Promise.all([silent, followed].map(({ subscription }) => subscription.unsubscribe()))
  })

  it.each([13, 14])("ends subscriptions with code %i", async (code) => {
    const followed = await subscribed(newStream())
    await server.endSubscriptions(code)
    await followed.until("its end", hasFailed)
    assert.deepInclude(followed.error(), { type: code === 14 ? "unavailable" : "unknown", code })
  })

  it("ends subscriptions as a server does that stops", async () => {
    const followed = await subscribed(newStream())
    await server.resetSubscriptions()
    await followed.until("its end", hasFailed)
    assert.deepInclude(followed.error(), { type: "unknown", code: 13 })
    assert.include(followed.error()?.message, "Received RST_STREAM with code 0")
  })

  it("ends the subscriptions of a client that is disposed of, without an error", async () => {
    const other = EventStoreDBClient.connectionString(server.url)
    const followed = await follow(other.subscribeToStream(newStream())).until("its end", caughtUp())
    await other.dispose()
    await followed.until("its end", ({ log }) => log.includes("close"))
    assert.deepStrictEqual(followed.log, ["confirmation", "caughtUp", "end", "close"])
  })

  it("ends a subscription with its connection, with nothing but an error", async () => {
    const followed = await subscribed(newStream())
    const iterated = errorOf(collect(client.subscribeToStream(newStream())))
    await eventually("both subscriptions", async () => (await server.report()).subscriptions === 2)
    await server.dropConnections()
    await followed.until("its end", hasFailed)
    assert.deepInclude(followed.error(), { type: "unavailable", code: 14 })
    assert.include(followed.error()?.message, "Connection dropped")
    assert.strictEqual((await iterated).code, 14)
    assert.deepStrictEqual(followed.log.slice(-1), ["error"])
    assert.isFalse(followed.subscription.destroyed)
  })
})
