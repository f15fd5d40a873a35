import { assert } from "@effect/vitest"
import { Effect } from "effect"
import {
  EventStore,
  type NewEvent,
  noStream,
  type RecordedEvent,
  type StoredEvent,
  type Tip,
  tipOf
} from "../../src/application/ports/event-store.ts"
import { newEvents, newStream } from "./stored-events.ts"

/** What a store gives back of an event that it took. */
export const stored = ({ bytes, ...event }: NewEvent): StoredEvent => event
export const tipAfter = (events: ReadonlyArray<NewEvent>): Tip => tipOf(events.at(-1) as NewEvent)
export const ids = (events: ReadonlyArray<StoredEvent>) => events.map(({ id }) => id)

/** Appends so many new events at a tip. */
export const appendNew = Effect.fnUntraced(function* (stream: string, tip: Tip, count: number) {
  const events = newEvents(stream, tip, count)
  yield* (yield* EventStore).append(stream, tip, events)
  return events
})

/** A follower: all events after a position, page by page. */
export const readAll = Effect.fnUntraced(function* (after: number, page = 500) {
  const store = yield* EventStore
  const all: Array<RecordedEvent> = []
  for (let position = after; ; ) {
    const { events, upTo } = yield* store.feed(position, page)
    assert.isAtMost(events.length, page)
    all.push(...events)
    if (upTo === position) return all
    position = upTo
  }
})

/** Follows until an event with this id was seen, never asking for more than a page. */
export const followUntil = Effect.fnUntraced(function* (id: string, after: number, page: number) {
  const store = yield* EventStore
  const seen: Array<RecordedEvent> = []
  for (let position = after; seen.at(-1)?.id !== id; ) {
    const { events, upTo } = yield* store.feed(position, page)
    assert.isAtMost(events.length, page)
    if (upTo === position) yield* store.waitBeyond(position)
    position = upTo
    for (const event of events) {
      seen.push(event)
      if (event.id === id) break
    }
  }
  return seen
})

export const endOfLog = Effect.map(readAll(0), (all) => all.at(-1)?.position ?? 0)

/** Lets several writers append at once, each to streams of its own, ten events to a stream in appends of one and two. */
export const writeConcurrently = Effect.fnUntraced(function* (writers: number) {
  const store = yield* EventStore
  const write = Effect.fnUntraced(function* (stream: string) {
    let tip: Tip = noStream
    for (let size = 1; tip._tag === "NoStream" || tip.revision < 9; size = 3 - size) {
      const events = newEvents(stream, tip, Math.min(size, tip._tag === "NoStream" ? 1 : 9 - tip.revision))
      yield* store.append(stream, tip, events)
      tip = tipAfter(events)
    }
  })
  const streams = Array.from({ length: writers * 5 }, newStream)
  yield* Effect.forEach(streams, write, { concurrency: writers, discard: true })
  return streams
})
