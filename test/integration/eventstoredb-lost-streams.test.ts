import type { EventStoreDBClient } from "@eventstore/db-client"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { noStream } from "../../src/application/ports/event-store.ts"
import { stored, tipAfter } from "../support/event-log.ts"
import { event } from "../support/eventstoredb/connection.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { openStore } from "../support/eventstoredb/store-under-test.ts"
import { eventually } from "../support/eventually.ts"
import { newEvents, newStream } from "../support/stored-events.ts"

let server: EventStoreDbProcess
beforeAll(async () => {
  server = await startEventStoreDb()
})
afterAll(() => server.kill())

const gone = { events: [], tip: noStream, lost: 0 }
const credentials = { username: "admin", password: "changeit" }

/** A store with a stream of five events, and the same store as a process sees it that was started afterwards. */
const givenStream = async () => {
  const store = openStore(server.url)
  const { stream, name, events, tip } = await store.given(5)
  const later = () => openStore(server.url, { streamPrefix: store.prefix })
  const read = (from = 0, by = store) => by.run(({ read }) => read(stream, from))
  const appendAgain = (by = store) => by.failure(({ append }) => append(stream, tip, newEvents(stream, tip, 1)))
  const setMetadata = (metadata: Parameters<EventStoreDBClient["setStreamMetadata"]>[1]) =>
    store.bare().setStreamMetadata(name, metadata, { credentials })
  return { store, later, stream, name, events, tip, read, appendAgain, setMetadata }
}

describe("a stream that somebody deleted", () => {
  it("is lost from its first event on, for this process and for later ones", async () => {
    const { store, later, name, read } = await givenStream()
    await store.bare().deleteStream(name)
    assert.deepStrictEqual(await read(), gone)
    assert.deepStrictEqual(await read(3), gone)
    assert.deepStrictEqual(await read(0, later()), gone)
    await server.scavenge()
    assert.deepStrictEqual(await read(), gone)
  })

  it("is lost for good when it was destroyed, and takes no event", async () => {
    const { store, later, name, read, appendAgain } = await givenStream()
    await store.bare().tombstoneStream(name)
    assert.deepStrictEqual(await read(), gone)
    assert.deepStrictEqual(await read(0, later()), gone)
    assert.strictEqual((await appendAgain())._tag, "RevisionConflict")
    assert.strictEqual((await appendAgain(later()))._tag, "RevisionConflict")
    await server.scavenge()
    assert.deepStrictEqual(await read(), gone)
  })

  it("is never taken for a new one: what was appended as its beginning lies elsewhere, and that is said", async () => {
    const { store, stream, name, read } = await givenStream()
    await store.bare().deleteStream(name)
    // As if it was deleted after its state was looked at.
    const beginning = newEvents(stream, noStream, 1)
    const failure = await store.failure(({ append }) => append(stream, noStream, beginning))
    assert.strictEqual(failure._tag, "RevisionConflict")
    assert.deepStrictEqual(store.lines, [{ event: "history_damaged", stream, revision: 5, code: "other_place" }])
    assert.deepStrictEqual(await read(), gone)
    const lying = (await store.run(({ raw }) => raw(0, 100))).at(-1)
    assert.deepStrictEqual([lying?.revision, lying?.hash], [5, beginning[0]?.hash])
  })

  it("is lost from its beginning on when it went on all the same", async () => {
    const { store, later, stream, name, tip, read } = await givenStream()
    await store.bare().deleteStream(name)
    const more = await store.append(stream, tip, 1)
    assert.deepStrictEqual(await read(), gone)
    assert.deepStrictEqual(await read(0, later()), gone)
    assert.deepStrictEqual(await read(5), { events: more.map(stored), tip: tipAfter(more) })
  })
})

describe("a stream whose beginning is hidden", () => {
  it.each([
    ["cut off", { truncateBefore: 3 }],
    ["counted off", { maxCount: 2 }]
  ])("is lost from its first event on when it is %s, and read on from what is left", async (_, metadata) => {
    const { later, events, tip, read, setMetadata } = await givenStream()
    await setMetadata(metadata)
    for (const scavenge of [async () => 0, server.scavenge]) {
      await scavenge()
      assert.deepStrictEqual(await read(), gone)
      assert.deepStrictEqual(await read(0, later()), gone)
      assert.deepStrictEqual(await read(2), { events: [], tip: noStream, lost: 2 })
      assert.deepStrictEqual(await read(3), { events: events.slice(3).map(stored), tip })
    }
  })

  it("is lost when all of it is cut off, or counted off", async () => {
    for (const metadata of [{ truncateBefore: 5 }, { truncateBefore: 50 }]) {
      const { store, stream, tip, read, setMetadata } = await givenStream()
      await setMetadata(metadata)
      for (const from of [0, 4, 5, 50]) assert.deepStrictEqual(await read(from), gone)
      const hidden = await store.append(stream, tip, 1)
      assert.notStrictEqual((await read()).lost, undefined, JSON.stringify([metadata, hidden[0]?.revision]))
    }
  })

  it("is lost when it is too old", async () => {
    const { later, read, setMetadata } = await givenStream()
    await setMetadata({ maxAge: 1 })
    await eventually("the events to expire", async () => (await read()).lost === 0)
    assert.deepStrictEqual(await read(), gone)
    assert.deepStrictEqual(await read(5), gone)
    await server.scavenge()
    assert.deepStrictEqual(await read(0, later()), gone)
  })

  it("is lost from the hole on where there is one", async () => {
    const { store, stream, tip, events, read, setMetadata } = await givenStream()
    await setMetadata({ truncateBefore: 2 })
    await server.scavenge()
    await setMetadata({})
    assert.deepStrictEqual(await read(), gone)
    assert.deepStrictEqual(await read(2), { events: events.slice(2).map(stored), tip })
    await store.append(stream, tip, 1)
    assert.strictEqual((await read(2)).lost, undefined)
  })
})

describe("a stream that never was", () => {
  it("is new, also beyond the end of others", async () => {
    const store = openStore(server.url)
    const { stream } = await store.given(2)
    assert.deepStrictEqual(await store.run(({ read }) => read(newStream())), { events: [], tip: noStream })
    assert.deepStrictEqual(await store.run(({ read }) => read(stream, 2)), { events: [], tip: noStream })
  })

  it("is not, when its events are to be lost as soon as they are there", async () => {
    const store = openStore(server.url)
    for (const metadata of [{ truncateBefore: 1 }, { maxCount: 1 }, { maxAge: 60 }]) {
      const stream = newStream()
      await store.bare().setStreamMetadata(store.prefix + stream, metadata, { credentials })
      assert.deepStrictEqual(await store.run(({ read }) => read(stream)), gone)
    }
    const stream = newStream()
    await store.bare().setStreamMetadata(store.prefix + stream, { cacheControl: 1 }, { credentials })
    assert.deepStrictEqual(await store.run(({ read }) => read(stream)), { events: [], tip: noStream })
  })

  it("is one thing for the streams of another prefix", async () => {
    const store = openStore(server.url)
    const { stream, name } = await store.given(1)
    await store.bare().appendToStream(`${name}-other`, event())
    assert.deepStrictEqual(await openStore(server.url).run(({ read }) => read(stream)), { events: [], tip: noStream })
    assert.lengthOf((await store.run(({ read }) => read(stream))).events, 1)
  })
})
