import type { DatabaseSync } from "node:sqlite"
import type { Position } from "../../application/ports/event-store.ts"

/** A page ends after the event with which it has so many bytes: one registration may hold texts of a quarter of a megabyte. */
export const maxBytes = 1024 * 1024

/**
 * Where a page of the log ends that begins after a position and has at most `limit` events; the position itself when nothing follows. Sizes
 * are read from the rows' heads, not the rows.
 */
export const makePages = (log: DatabaseSync) => {
  const sizes = log.prepare(
    "SELECT position, octet_length(bytes) FROM events WHERE position > ? ORDER BY position LIMIT ?"
  )
  sizes.setReturnArrays(true)
  return (after: Position, limit: number): Position => {
    const rows = sizes.all(after, limit) as unknown as ReadonlyArray<readonly [position: Position, size: number]>
    let bytes = 0
    for (const [position, size] of rows) {
      bytes += size
      if (bytes >= maxBytes) return position
    }
    return rows.at(-1)?.[0] ?? after
  }
}
