import type { DatabaseSync } from "node:sqlite"
import type { KeptEvent, Position } from "../../application/ports/event-store.ts"

type Row = Omit<KeptEvent, "stream" | "predecessor"> & {
  readonly stream: string | null
  readonly predecessor: string | null
}

// Joined from the outside: an event whose stream or predecessor is gone is found, too.
const columns = `SELECT e.position, s.name AS stream, e.revision, e.bytes, e.hash, p.hash AS predecessor
  FROM events e LEFT JOIN streams s ON s.id = e.stream
  LEFT JOIN events p ON p.stream = e.stream AND p.revision = e.revision - 1`

/** Reads events as they lie there, after a position or the last ones. Throws what SQLite throws. */
export const makeKept = (log: DatabaseSync) => {
  const after = log.prepare(`${columns} WHERE e.position > ? ORDER BY e.position LIMIT ?`)
  const last = log.prepare(`${columns} ORDER BY e.position DESC LIMIT ?`)
  return (from: Position | "last", limit: number): ReadonlyArray<KeptEvent> => {
    const rows = from === "last" ? last.all(limit).reverse() : after.all(from, limit)
    return (rows as unknown as ReadonlyArray<Row>).map(keptOf)
  }
}

const keptOf = ({ stream, predecessor, ...row }: Row): KeptEvent => ({
  ...row,
  stream: stream ?? "",
  ...(predecessor === null ? {} : { predecessor })
})
