import { assert, layer } from "@effect/vitest"
import { Array as Arr, Cause, Effect, Exit, Fiber, type Layer } from "effect"
import { EventStore, type NewEvent, noStream, type Tip, tipOf } from "../../src/application/ports/event-store.ts"
import {
  appendNew,
  endOfLog,
  followUntil,
  ids,
  readAll,
  stored,
  tipAfter,
  writeConcurrently
} from "../support/event-log.ts"
import { newEvent, newEvents, newStream } from "../support/stored-events.ts"

/** What a suite needs of a store. */
export interface StoreUnderTest {
  /** Opens the same store each time it is built. */
  readonly layer: Layer.Layer<EventStore, unknown>
  /** Takes all events of a stream before a revision away, as somebody with other means than ours can. */
  readonly cut: (stream: string, before: number) => Promise<void>
}

/** What every event store does. Each call of `makeStore` makes a new and empty one. */
export const eventStoreContract = (name: string, makeStore: () => StoreUnderTest) => {
  const underTest = makeStore()
  layer(underTest.layer, { excludeTestServices: true, timeout: "240 seconds" })(`EventStore: ${name}`, (it) => {
    it.effect("gives a stream back as it was appended", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const events = yield* appendNew(stream, noStream, 3)
        const more = yield* appendNew(stream, tipAfter(events), 2)
        const read = yield* store.read(stream)
        assert.deepStrictEqual(read.events, [...events, ...more].map(stored))
        assert.deepStrictEqual(read.tip, tipAfter(more))
      })
    )

    it.effect("knows nothing of a stream that does not exist", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* (yield* EventStore).read(newStream()), { events: [], tip: noStream })
      })
    )

    it.effect("reads a stream from a revision on, also right after an append", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const events = yield* appendNew(stream, noStream, 3)
        const more = yield* appendNew(stream, tipAfter(events), 2)
        const all = [...events, ...more].map(stored)
        for (const from of [0, 1, 2, 3, 4]) {
          const read = yield* store.read(stream, from)
          assert.deepStrictEqual(read.events, all.slice(from))
          assert.deepStrictEqual(read.tip, tipAfter(more))
        }
        assert.deepStrictEqual(yield* store.read(stream, 5), { events: [], tip: noStream })
        // The repeat of an append that others followed does not bring its end back.
        yield* store.append(stream, noStream, events)
        assert.deepStrictEqual((yield* store.read(stream, 2)).events, all.slice(2))
      })
    )

    it.effect("reads a stream of 2,000 events", () =>
      Effect.gen(function* () {
        const stream = newStream()
        const all: Array<NewEvent> = []
        for (let i = 0; i < 4; i++) all.push(...(yield* appendNew(stream, i === 0 ? noStream : tipAfter(all), 500)))
        const read = yield* (yield* EventStore).read(stream)
        assert.deepStrictEqual(ids(read.events), ids(all))
        assert.deepStrictEqual(read.tip, tipAfter(all))
      })
    )

    it.effect("lets only one of two writers create a stream, a hundred times", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const streams = Array.from({ length: 100 }, newStream)
        yield* Effect.forEach(streams, (stream) => oneOfTwoWins(stream, noStream, []), { concurrency: 20 })
        for (const stream of streams) assert.strictEqual((yield* store.read(stream)).events.length, 1)
      })
    )

    it.effect("lets only one of two writers append at a revision, a hundred times", () =>
      Effect.gen(function* () {
        const race = Effect.fnUntraced(function* (stream: string) {
          const first = yield* appendNew(stream, noStream, 2)
          yield* oneOfTwoWins(stream, tipAfter(first), first)
        })
        yield* Effect.forEach(Array.from({ length: 100 }, newStream), race, { concurrency: 20 })
      })
    )

    it.effect("refuses every tip but the stream's, and adds nothing", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const events = yield* appendNew(stream, noStream, 3)
        const [first, second, last] = events.map(tipOf) as [Tip, Tip, Tip & { readonly _tag: "At" }]
        const others: ReadonlyArray<Tip> = [
          noStream,
          first,
          second,
          { ...last, revision: 3 },
          { ...last, hash: "f".repeat(64) },
          { ...last, hash: "" }
        ]
        for (const tip of others) {
          const error = yield* Effect.flip(appendNew(stream, tip, 2))
          assert.strictEqual(error._tag, "RevisionConflict")
        }
        const missing = newStream()
        assert.strictEqual((yield* Effect.flip(appendNew(missing, last, 1)))._tag, "RevisionConflict")
        assert.deepStrictEqual(ids((yield* store.read(stream)).events), ids(events))
        assert.deepStrictEqual((yield* store.read(missing)).tip, noStream)
      })
    )

    it.effect("takes an identical append again, and writes nothing", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const created = yield* appendNew(stream, noStream, 2)
        yield* store.append(stream, noStream, created)
        const more = yield* appendNew(stream, tipAfter(created), 2)
        yield* appendNew(stream, tipAfter(more), 1)
        yield* writeConcurrently(2)
        yield* store.append(stream, noStream, created)
        yield* store.append(stream, tipAfter(created), more)
        yield* store.append(stream, tipAfter(created), more.slice(0, 1))
        assert.strictEqual((yield* store.read(stream)).events.length, 5)
        assert.strictEqual((yield* readAll(0)).filter((event) => event.stream === stream).length, 5)
      })
    )

    it.effect("takes one of many identical appends at once, and answers all alike", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const events = newEvents(stream, noStream, 2)
        const again = Array.from({ length: 10 }, () => store.append(stream, noStream, events))
        yield* Effect.all(again, { concurrency: "unbounded", discard: true })
        assert.deepStrictEqual(ids((yield* store.read(stream)).events), ids(events))
      })
    )

    it.effect("refuses what repeats an append only in part", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const [a, b] = (yield* appendNew(stream, noStream, 2)) as [NewEvent, NewEvent]
        const attempts: ReadonlyArray<ReadonlyArray<NewEvent>> = [
          [a, b, newEvent(stream, 2)],
          [a, newEvent(stream, 1)],
          [newEvent(stream, 0), b]
        ]
        for (const events of attempts)
          assert.strictEqual((yield* Effect.flip(store.append(stream, noStream, events)))._tag, "RevisionConflict")
        assert.deepStrictEqual(ids((yield* store.read(stream)).events), [a.id, b.id])
      })
    )

    it.effect("takes an append of nothing, of too much, or for another place, as a bug", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const tooMuch = newEvents(stream, noStream, 2, "x".repeat(300_000))
        for (const events of [[], [newEvent(newStream(), 0)], [newEvent(stream, 1)], tooMuch]) {
          const exit = yield* Effect.exit(store.append(stream, noStream, events))
          assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
        }
        assert.deepStrictEqual((yield* store.read(stream)).tip, noStream)
      })
    )

    it.effect("says what a stream has lost, and never takes it for a new one", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const [whole, short, gone] = [newStream(), newStream(), newStream()]
        const appended = yield* Effect.forEach([whole, short, gone], (stream) => appendNew(stream, noStream, 5))
        yield* Effect.promise(() => underTest.cut(short, 2))
        yield* Effect.promise(() => underTest.cut(gone, 5))
        assert.strictEqual((yield* store.read(whole)).lost, undefined)
        for (const stream of [short, gone])
          assert.deepStrictEqual(yield* store.read(stream), { events: [], tip: noStream, lost: 0 })
        const [, events = []] = appended
        assert.deepStrictEqual((yield* store.read(short, 1)).lost, 1)
        assert.deepStrictEqual((yield* store.read(short, 2)).events, events.slice(2).map(stored))
        assert.strictEqual((yield* store.read(short, 2)).lost, undefined)
      })
    )

    it.effect("feeds every event once and in order while several write", () =>
      Effect.gen(function* () {
        const start = yield* endOfLog
        const last = newStream()
        const lastEvent = newEvent(last, 0)
        const follower = yield* Effect.forkChild(followUntil(lastEvent.id, start, 7))
        const streams = yield* writeConcurrently(12)
        yield* (yield* EventStore).append(last, noStream, [lastEvent])
        const seen = yield* Fiber.join(follower)
        const positions = seen.map(({ position }) => position)
        assert.deepStrictEqual(
          positions,
          [...new Set(positions)].sort((a, b) => a - b)
        )
        const revisions = Arr.groupBy(seen, ({ stream }) => stream)
        for (const stream of streams)
          assert.deepStrictEqual(
            revisions[stream]?.map(({ revision }) => revision),
            Arr.range(0, 9)
          )
        assert.strictEqual(seen.length, streams.length * 10 + 1)
      })
    )

    it.effect("feeds the same events, whole, from any position", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const events = yield* appendNew(newStream(), noStream, 30)
        const all = yield* readAll(0)
        const ends = all.slice(-30).map(({ position, ...event }) => event)
        assert.deepStrictEqual(ends, events.map(stored))
        for (const from of [0, 1, 13, 29]) {
          const page = yield* store.feed(all.at(from - 30)?.position ?? 0, 10)
          const expected = all.slice(all.length - 30 + from + 1).slice(0, 10)
          assert.deepStrictEqual(page.events, expected)
          if (from < 29) assert.strictEqual(page.upTo, expected.at(-1)?.position)
        }
        const beyond = (yield* endOfLog) + 1_000_000_000_000
        assert.deepStrictEqual(yield* store.feed(beyond, 10), { events: [], upTo: beyond })
      })
    )

    it.effect("shows what lies there byte for byte, from any position", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const first = yield* appendNew(stream, noStream, 1)
        yield* appendNew(newStream(), noStream, 1)
        const events = [...first, ...(yield* appendNew(stream, tipAfter(first), 2))]
        const start = (yield* readAll(0)).at(-5)?.position ?? 0
        const raw = (yield* store.raw(start, 10)).filter((event) => event.stream === stream)
        assert.deepStrictEqual(
          raw.map(({ position, ...event }) => event),
          events.map(({ revision, bytes, hash }, i) => {
            const predecessor = events[i - 1]?.hash
            return { stream, revision, bytes, hash, ...(predecessor === undefined ? {} : { predecessor }) }
          })
        )
        const before = yield* store.positionBefore(2)
        assert.deepStrictEqual(yield* store.raw(before, 10), raw.slice(-2))
        assert.deepStrictEqual(yield* store.raw(yield* store.positionBefore(0), 10), [])
        assert.strictEqual(yield* store.positionBefore(1_000_000), 0)
        for (const { revision, position } of raw)
          assert.strictEqual(yield* store.positionOf(stream, revision), position)
        assert.strictEqual(yield* store.positionOf(stream, raw.length), undefined)
        assert.strictEqual(yield* store.positionOf(newStream(), 0), undefined)
        yield* store.probe
      })
    )

    it.effect("makes pages of large events small, and leaves none out", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const stream = newStream()
        const start = yield* endOfLog
        const large = newEvents(stream, noStream, 20, "x".repeat(300_000))
        let tip: Tip = noStream
        for (const event of large) {
          yield* store.append(stream, tip, [event])
          tip = tipOf(event)
        }
        const sizes: Array<number> = []
        for (let position = start; ; ) {
          const [{ events, upTo }, raw] = [yield* store.feed(position, 500), yield* store.raw(position, 500)]
          assert.isAtMost(raw.length, 4)
          assert.deepStrictEqual(raw[0]?.position, events[0]?.position)
          if (upTo === position) break
          sizes.push(events.length)
          position = upTo
        }
        assert.ok(Math.max(...sizes) <= 4)
        assert.strictEqual(
          sizes.reduce((sum, size) => sum + size, 0),
          large.length
        )
      })
    )

    it.effect("keeps a slow follower's pages small, and loses it nothing", () =>
      Effect.gen(function* () {
        const start = yield* endOfLog
        const stream = newStream()
        const events = newEvents(stream, noStream, 1_000)
        const follower = yield* Effect.forkChild(followUntil((events.at(-1) as NewEvent).id, start, 3))
        yield* (yield* EventStore).append(stream, noStream, events)
        assert.deepStrictEqual(ids(yield* Fiber.join(follower)), ids(events))
      })
    )

    it.effect("wakes all who wait for an event, and at once when it is there", () =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const end = yield* endOfLog
        const waiting = yield* Effect.forkChild(
          Effect.all([store.waitBeyond(end), store.waitBeyond(end)], { concurrency: "unbounded" })
        )
        yield* appendNew(newStream(), noStream, 1)
        yield* Fiber.join(waiting)
        yield* store.waitBeyond(end)
        yield* store.waitBeyond(0)
      })
    )

    it.effect("has everything after a restart: streams, feed, guard and repeats", () =>
      Effect.gen(function* () {
        const { layer: store } = makeStore()
        const stream = newStream()
        const before = yield* Effect.gen(function* () {
          const events = yield* appendNew(stream, noStream, 3)
          yield* writeConcurrently(4)
          return { events, log: yield* readAll(0) }
        }).pipe(Effect.provide(store, { local: true }))
        yield* Effect.gen(function* () {
          const { append, read, waitBeyond } = yield* EventStore
          assert.deepStrictEqual(yield* readAll(0), before.log)
          yield* waitBeyond(0)
          const { events, tip } = yield* read(stream)
          assert.deepStrictEqual(events, before.events.map(stored))
          yield* append(stream, noStream, before.events)
          assert.strictEqual((yield* Effect.flip(appendNew(stream, noStream, 1)))._tag, "RevisionConflict")
          const more = yield* appendNew(stream, tip, 1)
          const end = before.log.at(-1)?.position ?? 0
          assert.deepStrictEqual(ids(yield* readAll(end)), ids(more))
        }).pipe(Effect.provide(store, { local: true }))
      })
    )
  })
}

/** Two writers with the same tip: one appends, the other is told, and the stream holds the winner's events after `before`. */
const oneOfTwoWins = Effect.fnUntraced(function* (stream: string, tip: Tip, before: ReadonlyArray<NewEvent>) {
  const store = yield* EventStore
  const rivals = [newEvents(stream, tip, 1), newEvents(stream, tip, 1)]
  const exits = yield* Effect.forEach(rivals, (events) => Effect.result(store.append(stream, tip, events)), {
    concurrency: "unbounded"
  })
  const winners = rivals.filter((_, i) => exits[i]?._tag === "Success")
  const losses = exits.flatMap((exit) => (exit._tag === "Failure" ? [exit.failure._tag] : []))
  assert.strictEqual(winners.length, 1)
  assert.deepStrictEqual(losses, ["RevisionConflict"])
  assert.deepStrictEqual(ids((yield* store.read(stream)).events), ids([...before, ...(winners[0] ?? [])]))
})
