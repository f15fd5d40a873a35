import type { ListPlace } from "../../application/ports/registration-list.ts"

/** A row that a list has found, and where its place is. */
export type Found = ListPlace & { readonly rowid: number }
/** Up to so many rows that come after a place, newest first. */
export type Source = (after: ListPlace, limit: number) => ReadonlyArray<Found>

/** Newer, and so before the other one in the list. */
const isBefore = (one: ListPlace, other: ListPlace): boolean =>
  one.requestedAt > other.requestedAt || (one.requestedAt === other.requestedAt && one.id > other.id)

/** The first rows of all sources together; no source is asked for many more than are taken of it, nor often. */
export const newestFirst = (sources: ReadonlyArray<Source>, after: ListPlace, limit: number): ReadonlyArray<Found> => {
  const merged: Array<Found> = []
  const asked = Math.ceil(limit / Math.max(sources.length, 1))
  const heads = sources.map((source) => ({ source, rows: source(after, asked), asked, next: 0 }))
  while (merged.length < limit) {
    let first: (typeof heads)[number] | undefined
    let newest: Found | undefined
    for (const head of heads) {
      const row = head.rows[head.next]
      if (row && (newest === undefined || isBefore(row, newest))) [first, newest] = [head, row]
    }
    if (first === undefined || newest === undefined) return merged
    merged.push(newest)
    first.next++
    if (first.next < first.rows.length || first.rows.length < first.asked) continue
    first.asked *= 2
    first.rows = first.source(newest, first.asked)
    first.next = 0
  }
  return merged
}
