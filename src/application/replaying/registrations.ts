import { Effect } from "effect"
import { streamOf } from "../history/ids.ts"
import { EventStore, type RecordedEvent } from "../ports/event-store.ts"
import { type Row, Views } from "../ports/views.ts"
import type { Differences } from "./differences.ts"
import { foldTwice, nothingFolded, revisionOf, type Step, type TwoFolds } from "./fold-twice.ts"
import { isSameFold } from "./same-row.ts"

/** A registration that has not come to where its row is. */
type Open = { readonly folds: TwoFolds; readonly row: Row | undefined }

/** Of so many the folds are kept in memory; of the others the stream is read again. */
const mostOpen = 10_000

/** Folds registrations whose events come along in the order of the log, and compares each with its row where that stands. */
export const makeRegistrations = (differences: Differences) => {
  const open = new Map<string, Open>()
  let rowsMet = 0

  /** Whatever can be known of these before their events are taken: what is not in memory is read. */
  const prepare = Effect.fnUntraced(function* (events: ReadonlyArray<readonly [id: string, event: RecordedEvent]>) {
    const firsts = new Map<string, RecordedEvent>()
    for (const [id, event] of events)
      if (!open.has(id) && !firsts.has(id) && !differences.isUnusable(id)) firsts.set(id, event)
    if (firsts.size === 0) return
    const views = yield* Views
    const rows = yield* views.rows([...firsts.keys()])
    for (const [id, { revision }] of firsts) {
      const folds = revision === 0 ? nothingFolded : yield* foldedBefore(id, revision)
      const row = rows.get(id)
      if (revision === 0 && row) rowsMet++
      if (!row) differences.addOnce({ registration: id, what: "no_row" })
      else if (row.revision < revision) differences.addOnce({ registration: id, revision, what: "row_behind" })
      open.set(id, { folds, row })
    }
  })

  const compare = (id: string, { one, other }: TwoFolds, row: Row): void => {
    if (!isSameFold(one, row)) differences.addOnce({ registration: id, revision: row.revision, what: "other_row" })
    else if (!isSameFold(one, other))
      differences.addOnce({ registration: id, revision: row.revision, what: "other_second_fold" })
  }

  /** What comes of an event; undefined where nothing can be said of its registration any more. */
  const take = (id: string, event: RecordedEvent): Step | undefined => {
    const known = open.get(id)
    if (known === undefined) return undefined
    const { revision, position } = event
    const { folds, row } = known
    const isNext = revision === revisionOf(folds) + 1
    const step = isNext ? foldTwice(id, folds, event, position) : undefined
    if (step?.one === undefined) {
      differences.unusable({ registration: id, revision, what: isNext ? "unreadable_event" : "missing_event" })
      open.delete(id)
      return undefined
    }
    // Nothing comes after it, as far as the rows go: what does is read again.
    if (row?.revision === revision) {
      compare(id, step, row)
      open.delete(id)
    } else open.set(id, { folds: step, row })
    return step
  }

  /** Compares one with a row that is ahead of the events that came along: beside a service that goes on. */
  const settle = Effect.fnUntraced(function* (id: string, { folds, row }: Open) {
    if (row === undefined || row.revision <= revisionOf(folds)) return
    const at = yield* foldedBefore(id, row.revision + 1, folds)
    if (revisionOf(at) === row.revision) compare(id, at, row)
    else differences.addOnce({ registration: id, revision: row.revision, what: "row_beyond_log" })
  })
  const settleAllBut = Effect.fnUntraced(function* (most: number) {
    for (const [id, one] of open) {
      if (open.size <= most) return
      open.delete(id)
      yield* settle(id, one)
    }
  })

  return { prepare, take, rows: () => rowsMet, forgetOldest: settleAllBut(mostOpen), finish: settleAllBut(0) }
}

/** Its stream, folded up to before a revision, or as far as it can be. */
const foldedBefore = Effect.fnUntraced(function* (id: string, revision: number, known = nothingFolded) {
  const store = yield* EventStore
  const from = revisionOf(known) + 1
  const { events } = yield* store.read(streamOf(id), from, revision - from)
  let folds: TwoFolds = known
  for (const event of events) {
    const next = foldTwice(id, folds, event, 0)
    if (next === undefined) return folds
    folds = next
  }
  return folds
})
