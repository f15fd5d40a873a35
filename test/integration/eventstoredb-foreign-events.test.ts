import { randomUUID } from "node:crypto"
import { binaryEvent, type EventData, jsonEvent } from "@eventstore/db-client"
import { Result } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { encodeEvent } from "../../src/adapters/eventstoredb/codec.ts"
import { chain } from "../../src/application/history/chain.ts"
import { flawOf } from "../../src/application/history/event-flaw.ts"
import { newId } from "../../src/application/history/ids.ts"
import { noStream, type RawEvent, type StoredEvent } from "../../src/application/ports/event-store.ts"
import { leafOf } from "../../src/application/proof/merkle-tree.ts"
import * as domain from "../../src/domain/registration/event-codec.ts"
import { ids, stored } from "../support/event-log.ts"
import { appending, events } from "../support/eventstoredb/connection.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { openStore } from "../support/eventstoredb/store-under-test.ts"
import { histories } from "../support/registration-events.ts"
import { newStream } from "../support/stored-events.ts"

let server: EventStoreDbProcess
beforeAll(async () => {
  server = await startEventStoreDb()
})
afterAll(() => server.kill())

const origin = { actor: { kind: "process", id: "p1" }, correlationId: newId(), causationId: newId() } as const
const now = Date.parse("2026-11-25T10:00:00.000Z")

/** A stream with a whole registration in it. */
const givenRegistration = async () => {
  const store = openStore(server.url)
  const stream = newStream()
  const history = chain(stream, noStream, histories.issued.map(domain.encodeEvent), origin, now)
  await store.run(({ append }) => append(stream, noStream, history))
  const foreign = appending(store.bare)
  return { store, stream, name: store.prefix + stream, history, foreign }
}
const rawIn = (store: ReturnType<typeof openStore>): Promise<ReadonlyArray<RawEvent>> =>
  store.run(({ raw }) => raw(0, 1000))
const isReadable = (event: StoredEvent) => Result.isSuccess(domain.decodeEvent(event, event))

const metadata = {
  $correlationId: newId(),
  actor: { kind: "client", id: "c" },
  recordedAt: new Date(now).toISOString(),
  hash: "a".repeat(64),
  previousHash: "b".repeat(64)
}
const data = { _: 1 }
const strange: ReadonlyArray<readonly [string, EventData]> = [
  ["of another program", jsonEvent({ type: "OrderPlaced", data: { total: 3 } })],
  ["with our name alone", jsonEvent({ type: "Requested.v1", data })],
  ["with bytes", binaryEvent({ type: "Requested.v1", data: Buffer.from([0, 255]), metadata })],
  ["with metadata that are bytes", jsonEvent({ type: "Requested.v1", data, metadata: Buffer.from([0, 255]) })],
  ["with a list as data", jsonEvent({ type: "Requested.v1", data: [data], metadata })],
  ["with a text as data", jsonEvent({ type: "Requested.v1", data: "text", metadata })],
  ["without an actor", jsonEvent({ type: "Requested.v1", data, metadata: { ...metadata, actor: null } })],
  ["of an actor of no kind", jsonEvent({ type: "Requested.v1", data, metadata: { ...metadata, actor: { id: "a" } } })],
  ["of no number", jsonEvent({ type: "Requested.vone", data, metadata })],
  ["of a number in disguise", jsonEvent({ type: "Requested.v01", data, metadata })],
  ["without a type", jsonEvent({ type: ".v1", data, metadata })],
  ["that is a link", binaryEvent({ type: "$>", data: Buffer.from("0@elsewhere") })]
]

describe("an event that is not ours in a stream of ours", () => {
  it.each(strange)("%s is one that nobody can read, and is found where it lies", async (_, event) => {
    const { store, stream, name, history, foreign } = await givenRegistration()
    await foreign(name, event, { expectedRevision: BigInt(history.length - 1) })
    const read = await store.run(({ read }) => read(stream))
    assert.deepStrictEqual(read.events.slice(0, -1), history.map(stored))
    const last = read.events.at(-1) as StoredEvent
    assert.deepInclude(last, { stream, revision: history.length, id: event.id, type: "Foreign", version: 0 })
    assert.isFalse(isReadable(last))
    assert.isFalse(Number.isNaN(Date.parse(last.recordedAt)))
    const raw = await rawIn(store)
    const flaws = raw.map((event) => flawOf(event))
    assert.deepStrictEqual(flaws, [...history.map(() => undefined), "foreign"])
    const { revision, predecessor } = raw.at(-1) as RawEvent
    assert.deepEqual([revision, predecessor], [history.length, history.at(-1)?.hash])
    const page = await store.run(({ feed }) => feed(0, 1000))
    assert.deepStrictEqual(ids(page.events), ids(read.events))
    // Who signs a checkpoint and who verifies it take it for nothing.
    const leaves = raw.map(leafOf)
    assert.deepStrictEqual(page.events.map(leafOf), leaves)
    assert.deepStrictEqual(
      leaves.map((leaf) => leaf === undefined),
      [...history.map(() => false), true]
    )
  })

  it("is found also where our events follow on it", async () => {
    const { store, stream, name, history, foreign } = await givenRegistration()
    await foreign(name, jsonEvent({ type: "OrderPlaced", data }), { expectedRevision: BigInt(history.length - 1) })
    const { tip } = await store.run(({ read }) => read(stream))
    const [more] = chain(stream, tip, [{ type: "Noted", version: 1, data }], origin, now)
    if (more === undefined) throw new Error("no event")
    await foreign(name, encodeEvent(more), { expectedRevision: BigInt(history.length) })
    const flaws = (await rawIn(store)).map((event) => flawOf(event))
    assert.deepStrictEqual(flaws.slice(-2), ["foreign", undefined])
  })
})

describe("what is stored of an event of ours", () => {
  it("has the names that the database's own tools expect, and its hash can be computed from it alone", async () => {
    const { store, stream, name, history } = await givenRegistration()
    const [lying] = await Array.fromAsync(store.bare().readStream(name))
    const [first] = history
    assert.deepEqual([lying?.event?.type, lying?.event?.isJson], ["Requested.v1", true])
    assert.deepEqual([lying?.event?.id, lying?.event?.data], [first?.id, first?.data])
    assert.deepEqual(lying?.event?.metadata, {
      $correlationId: origin.correlationId,
      $causationId: origin.causationId,
      actor: origin.actor,
      recordedAt: first?.recordedAt,
      hash: first?.hash,
      previousHash: first?.previousHash
    })
    assert.notInclude(JSON.stringify([lying?.event?.data, lying?.event?.metadata]), store.prefix)
    const raw = await rawIn(openStore(server.url, { streamPrefix: store.prefix }))
    assert.deepStrictEqual(
      raw.map(({ stream, bytes, hash }) => [stream, bytes, hash]),
      history.map(({ bytes, hash }) => [stream, bytes, hash])
    )
    assert.deepStrictEqual([...new Set(raw.map((event) => flawOf(event)))], [undefined])
  })

  it.each<[string, (event: EventData) => EventData]>([
    ["data", (event) => ({ ...event, data: { ...(event.data as object), partnerUserId: "another" } }) as EventData],
    ["actor", (event) => withMetadata(event, { actor: { kind: "client", id: "another" } })],
    ["time", (event) => withMetadata(event, { recordedAt: "2026-11-25T10:00:00.001Z" })],
    ["correlation", (event) => withMetadata(event, { $correlationId: newId() })],
    ["cause", (event) => withMetadata(event, { $causationId: newId() })],
    ["predecessor", (event) => withMetadata(event, { previousHash: "f".repeat(64) })],
    ["id", (event) => ({ ...event, id: randomUUID() })],
    ["type", (event) => ({ ...event, type: "Confirmed.v1" })],
    ["version", (event) => ({ ...event, type: event.type.replace("v1", "v2") })]
  ])("matches its hash no more with another %s", async (_, change) => {
    const store = openStore(server.url)
    const stream = newStream()
    const [event] = chain(stream, noStream, histories.issued.map(domain.encodeEvent), origin, now).map(encodeEvent)
    if (event === undefined) throw new Error("no event")
    await appending(store.bare)(store.prefix + stream, change(event))
    assert.deepStrictEqual(
      (await rawIn(store)).map((event) => flawOf(event)),
      ["other_bytes"]
    )
  })

  it("matches its hash no more at another place", async () => {
    const { store, history, foreign } = await givenRegistration()
    const [first, second] = history.map(encodeEvent)
    await foreign(store.prefix + newStream(), [first, second] as Array<EventData>)
    const flaws = (await rawIn(store)).map((event) => flawOf(event))
    assert.deepStrictEqual(flaws.slice(-2), ["other_bytes", "other_bytes"])
  })
})

describe("what others write beside our streams", () => {
  it("is none of our log's, however much it is", async () => {
    const { store, history, foreign } = await givenRegistration()
    for (let i = 0; i < 3; i++) await foreign(`other-${randomUUID()}`, events(400))
    const tip = await store.append(newStream(), noStream, 1)
    for (let i = 0; i < 3; i++) await foreign(`other-${randomUUID()}`, events(400))
    const raw = await rawIn(store)
    assert.deepStrictEqual(
      raw.map(({ hash }) => hash),
      [...history, ...tip].map(({ hash }) => hash)
    )
    // Once more from the beginning, and from a place behind which the stream was read on.
    assert.deepStrictEqual(await rawIn(store), raw)
    assert.deepStrictEqual(await store.run(({ raw: rawAfter }) => rawAfter(raw[2]?.position ?? 0, 1000)), raw.slice(3))
    const one = await store.run(({ raw }) => raw(0, 1))
    assert.deepStrictEqual(one, raw.slice(0, 1))
    const [before, end] = await store
      .run(({ raw }) => raw(one[0]?.position ?? 0, 1000))
      .then((rest) => [raw.slice(1), rest])
    assert.deepStrictEqual(end, before)
    const last = await store.run(({ positionBefore }) => positionBefore(1))
    assert.deepStrictEqual(await store.run(({ raw }) => raw(last, 10)), raw.slice(-1))
    const endOfLog = await store.run(({ positionBefore }) => positionBefore(0))
    assert.isAbove(endOfLog, raw.at(-1)?.position ?? 0)
    assert.deepStrictEqual(await store.run(({ raw }) => raw(endOfLog, 10)), [])
    assert.strictEqual(await store.run(({ positionBefore }) => positionBefore(raw.length + 1)), 0)
  })

  it("is none of our log's where all share one database without a prefix: the names tell", async () => {
    const store = openStore(server.url)
    const foreign = appending(store.bare)
    for (const name of ["orders-1", "registrations-1", "my-registration-1"])
      await foreign(store.prefix + name, events(2))
    assert.deepStrictEqual(await rawIn(store), [])
    const registration = newStream()
    const mine = await store.append(registration, noStream, 2)
    const own = await store.append("certreg-log", noStream, 1)
    await store.bare().tombstoneStream(store.prefix + registration)
    assert.deepStrictEqual(
      (await rawIn(store)).map(({ hash }) => hash),
      [...mine, ...own].map(({ hash }) => hash)
    )
  })

  it("is none of our log's where it is another log, whose names begin like ours", async () => {
    const store = openStore(server.url)
    const mine = await store.given(2)
    const others = ["registration-", "certreg-log"].map((name) =>
      openStore(server.url, { streamPrefix: store.prefix + name })
    )
    for (const other of others) {
      const { name } = await other.given(2)
      await store.bare().tombstoneStream(name)
    }
    const own = await store.append("certreg-log", noStream, 1)
    for (const other of others) await other.given(100)
    const expected = ids([...mine.events, ...own])
    const page = await store.run(({ feed }) => feed(0, 1000))
    assert.deepStrictEqual(ids(page.events), expected)
    const raw = await rawIn(store)
    assert.strictEqual(raw.length, expected.length)
    const last = await store.run(({ positionBefore }) => positionBefore(1))
    assert.deepStrictEqual(await store.run(({ raw }) => raw(last, 10)), raw.slice(-1))
    assert.deepStrictEqual(store.lines, [])
  })
})

const withMetadata = (event: EventData, change: object): EventData =>
  ({ ...event, metadata: { ...(event.metadata as object), ...change } }) as EventData
