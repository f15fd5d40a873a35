import type { RecordedEvent } from "@eventstore/db-client"
import { Effect } from "effect"
import {
  noStream,
  type Position,
  type StoredEvent,
  type StreamRead,
  tipOf
} from "../../application/ports/event-store.ts"
import { type CallFailed, isGone } from "./call-failed.ts"
import { decodeEvent } from "./codec.ts"
import type { KnownTips } from "./known-tips.ts"
import type { StreamNames } from "./stream-names.ts"
import type { StreamPages } from "./stream-pages.ts"

/** Events of a stream that are read at once. */
const page = 500

const nothing: StreamRead = { events: [], tip: noStream }
/** It was there, and nothing of it is to be seen. */
const gone: StreamRead = { ...nothing, lost: 0 }

export type ReadStream = {
  readonly read: (stream: string, from?: number, most?: number) => Effect.Effect<StreamRead, CallFailed>
  readonly last: (stream: string) => Effect.Effect<StoredEvent | undefined, CallFailed>
  readonly positionOf: (stream: string, revision: number) => Effect.Effect<Position | undefined, CallFailed>
}

/** Reads whole streams, and finds out what was taken from them: an event that is missing in the middle, at the beginning, or altogether. */
export const makeReadStream = (pages: StreamPages, names: StreamNames, knownTips: KnownTips): ReadStream => {
  const readFrom = Effect.fnUntraced(function* (stream: string, from: number, most: number) {
    const name = names.stored(stream)
    const events: Array<StoredEvent> = []
    for (let found = page; found === page && events.length < most; ) {
      const records = yield* pages.from(name, from + events.length, Math.min(page, most - events.length))
      found = records.length
      for (const record of records) {
        const expected = from + events.length
        if (Number(record.revision) !== expected) return { ...upTo(events), lost: expected }
        events.push(decodeEvent(record, names))
      }
    }
    const last = events.at(-1)
    if (last === undefined) return (yield* endsBefore(name, from)) ? nothing : gone
    knownTips.learn(stream, last)
    return upTo(events)
  })

  /** Whether a stream ends before a revision, rather than has nothing to be seen: what is expired or cut off reads like what never was. */
  const endsBefore = (name: string, revision: number) =>
    revision === 0 ? Effect.succeed(false) : Effect.map(pages.last(name), (last) => last !== undefined)

  /** A stream that is said not to be there may have been deleted, or be made to lose its events: that is in its metadata. */
  const wasThere = (stream: string) =>
    pages.last(`$$${names.stored(stream)}`).pipe(
      Effect.map(cutsOff),
      Effect.catchIf(isGone, () => Effect.succeed(false))
    )

  return {
    read: (stream, from = 0, most = Number.POSITIVE_INFINITY) =>
      Effect.catch(readFrom(stream, from, most), (failed): Effect.Effect<StreamRead, CallFailed> => {
        if (failed.code === "stream_deleted") return Effect.succeed(gone)
        if (failed.code !== "stream_not_found") return Effect.fail(failed)
        return Effect.map(wasThere(stream), (was) => (was ? gone : nothing))
      }),
    last: (stream) =>
      pages.last(names.stored(stream)).pipe(
        Effect.map((record) => record && decodeEvent(record, names)),
        Effect.catchIf(isGone, () => Effect.succeed(undefined))
      ),
    positionOf: (stream, revision) =>
      pages.from(names.stored(stream), revision, 1).pipe(
        Effect.map(([record]) => (Number(record?.revision) === revision ? placeIn(record) : undefined)),
        Effect.catchIf(isGone, () => Effect.succeed(undefined))
      )
  }
}

/** Servers that do not tell it where a stream is read say the largest number there is. */
const placeIn = (record: RecordedEvent | undefined): Position | undefined => {
  const position = Number(record?.position?.commit)
  return Number.isSafeInteger(position) ? position : undefined
}

const upTo = (events: ReadonlyArray<StoredEvent>): StreamRead => {
  const last = events.at(-1)
  return { events, tip: last === undefined ? noStream : tipOf(last) }
}

const cutsOff = (metadata: RecordedEvent | undefined): boolean => {
  const data: unknown = metadata?.data
  return typeof data === "object" && data !== null && ["$tb", "$maxCount", "$maxAge"].some((key) => key in data)
}
