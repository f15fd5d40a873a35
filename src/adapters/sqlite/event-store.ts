import { Effect, Layer } from "effect"
import { assertAppendable } from "../../application/ports/assert-appendable.ts"
import {
  EventStore,
  EventStoreUnavailable,
  type NewEvent,
  noStream,
  RevisionConflict,
  type StoredEvent,
  type StreamRead,
  type Tip,
  tipOf
} from "../../application/ports/event-store.ts"
import { type AppendJob, conflict } from "./jobs.ts"
import { makePages } from "./pages.ts"
import { makeRawEvents } from "./raw-events.ts"
import { codeOf } from "./sqlite-code.ts"
import { SqliteLog } from "./sqlite-database.ts"

/** Events of a stream that are read at once. */
const page = 500

type Row = readonly [key: number, bytes: string, hash: string]

export const sqliteEventStoreLayer: Layer.Layer<EventStore, never, SqliteLog> = Layer.effect(
  EventStore,
  Effect.map(SqliteLog, ({ log, writer, head }) => {
    const inStream = log.prepare(
      `SELECT revision, bytes, hash FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision > ?
       ORDER BY revision LIMIT ?`
    )
    const lastIn = log.prepare(
      `SELECT revision, bytes, hash FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?)
       ORDER BY revision DESC LIMIT 1`
    )
    const inLog = log.prepare(
      "SELECT position, bytes, hash FROM events WHERE position > ? AND position <= ? ORDER BY position"
    )
    const placed = log.prepare(
      "SELECT position FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision = ?"
    )
    for (const statement of [inStream, lastIn, inLog]) statement.setReturnArrays(true)
    const isNamed = log.prepare("SELECT 1 FROM streams WHERE name = ?")
    const before = log.prepare("SELECT position FROM events ORDER BY position DESC LIMIT 1 OFFSET ?")
    const endOfPage = makePages(log)
    const rawEvents = makeRawEvents(log)

    const readStream = (stream: string, from: number, most: number): StreamRead => {
      const events: Array<StoredEvent> = []
      const read = (lost?: number): StreamRead => {
        const last = events.at(-1)
        const tip = last === undefined ? noStream : tipOf(last)
        return lost === undefined ? { events, tip } : { events, tip, lost }
      }
      for (let found = page; found === page && events.length < most; ) {
        const limit = Math.min(page, most - events.length)
        const rows = inStream.all(stream, from + events.length - 1, limit) as unknown as ReadonlyArray<Row>
        for (const row of rows) {
          const expected = from + events.length
          if (row[0] !== expected) return read(expected)
          events.push(storedEventOf(row))
        }
        found = rows.length
      }
      return events.length === 0 && from === 0 && isNamed.get(stream) !== undefined ? read(0) : read()
    }

    return {
      read: (stream, from = 0, most = Number.POSITIVE_INFINITY) =>
        Effect.try({ try: () => readStream(stream, from, most), catch: unavailable("read") }),
      last: (stream) =>
        Effect.try({
          try: () => {
            const row = lastIn.get(stream) as Row | undefined
            return row && storedEventOf(row)
          },
          catch: unavailable("read")
        }),
      append: (stream, tip, events) =>
        Effect.suspend(() => writer.run(appendJob(stream, tip, events))).pipe(
          Effect.matchEffect({
            onSuccess: (outcome) =>
              outcome === conflict ? Effect.fail(new RevisionConflict({ stream })) : Effect.void,
            onFailure: (undone) => Effect.fail(new EventStoreUnavailable({ operation: "append", ...undone }))
          })
        ),
      feed: (after, limit) =>
        Effect.try({
          try: () => {
            const upTo = endOfPage(after, limit)
            const rows = inLog.all(after, upTo) as unknown as ReadonlyArray<Row>
            return { events: rows.map(([position, bytes, hash]) => ({ ...JSON.parse(bytes), hash, position })), upTo }
          },
          catch: unavailable("feed")
        }),
      waitBeyond: head.waitBeyond,
      raw: (after, limit) =>
        Effect.try({ try: () => rawEvents(after, endOfPage(after, limit)), catch: unavailable("raw") }),
      positionOf: (stream, revision) =>
        Effect.try({
          try: () => (placed.get(stream, revision) as { readonly position: number } | undefined)?.position,
          catch: unavailable("read")
        }),
      positionBefore: (count) =>
        Effect.try({
          try: () => (before.get(count) as { readonly position: number } | undefined)?.position ?? 0,
          catch: unavailable("raw")
        }),
      probe: Effect.mapError(
        writer.probe("log"),
        ({ code }) => new EventStoreUnavailable({ operation: "append", stored: "no", code })
      )
    }
  })
)

const storedEventOf = ([, bytes, hash]: Row): StoredEvent => ({ ...JSON.parse(bytes), hash })

const unavailable = (operation: "read" | "feed" | "raw") => (error: unknown) =>
  new EventStoreUnavailable({ operation, stored: "no", code: codeOf(error) })

const appendJob = (stream: string, tip: Tip, events: ReadonlyArray<NewEvent>): AppendJob => {
  assertAppendable(stream, tip, events)
  const [after, hash] = tip._tag === "NoStream" ? [-1, ""] : [tip.revision, tip.hash]
  return ["append", stream, after, hash, events.flatMap(({ bytes, hash }) => [bytes, hash])]
}
