import type { DatabaseSync } from "node:sqlite"
import type { Position, RawEvent } from "../../application/ports/event-store.ts"

type Row = Omit<RawEvent, "stream" | "predecessor"> & {
  readonly stream: string | null
  readonly predecessor: string | null
}

/** Reads events as they lie there, after one position and up to another. Throws what SQLite throws. */
export const makeRawEvents = (log: DatabaseSync) => {
  // Joined from the outside: an event whose stream or predecessor is gone is found, too.
  const between = log.prepare(
    `SELECT e.position, s.name AS stream, e.revision, e.bytes, e.hash, p.hash AS predecessor
     FROM events e LEFT JOIN streams s ON s.id = e.stream
     LEFT JOIN events p ON p.stream = e.stream AND p.revision = e.revision - 1
     WHERE e.position > ? AND e.position <= ? ORDER BY e.position`
  )
  return (after: Position, upTo: Position): ReadonlyArray<RawEvent> =>
    (between.all(after, upTo) as unknown as ReadonlyArray<Row>).map(rawOf)
}

const rawOf = ({ stream, predecessor, ...row }: Row): RawEvent => ({
  ...row,
  stream: stream ?? "",
  ...(predecessor === null ? {} : { predecessor })
})
