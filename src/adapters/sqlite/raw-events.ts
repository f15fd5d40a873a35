import type { DatabaseSync } from "node:sqlite"
import type { Position, RawEvent } from "../../application/ports/event-store.ts"

type Row = readonly [
  position: Position,
  stream: string | null,
  revision: number,
  bytes: string,
  hash: string,
  predecessor: string | null
]

/** Reads events as they lie there, after one position and up to another. Throws what SQLite throws. */
export const makeRawEvents = (log: DatabaseSync) => {
  // Joined from the outside: an event whose stream or predecessor is gone, or comes after it, is found, too.
  const between = log.prepare(
    `SELECT e.position, s.name, e.revision, e.bytes, e.hash, p.hash
     FROM events e LEFT JOIN streams s ON s.id = e.stream
     LEFT JOIN events p ON p.stream = e.stream AND p.revision = e.revision - 1 AND p.position < e.position
     WHERE e.position > ? AND e.position <= ? ORDER BY e.position`
  )
  // Half the time that objects take.
  between.setReturnArrays(true)
  return (after: Position, upTo: Position): ReadonlyArray<RawEvent> =>
    (between.all(after, upTo) as unknown as ReadonlyArray<Row>).map(rawOf)
}

const rawOf = ([position, stream, revision, bytes, hash, predecessor]: Row): RawEvent => {
  const event = { position, stream: stream ?? "", revision, bytes, hash }
  return predecessor === null ? event : { ...event, predecessor }
}
