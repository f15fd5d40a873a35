import { Effect } from "effect"
import { streamOf } from "../history/ids.ts"
import { EventStore, type RecordedEvent } from "../ports/event-store.ts"
import { type Row, Views } from "../ports/views.ts"
import type { Differences } from "./differences.ts"
import { foldTwice, nothingFolded, revisionOf, type Step, type TwoFolds } from "./fold-twice.ts"
import { isSameFold } from "./same-row.ts"

/** A registration that has not come to where its row is; `row` is absent where that was compared before, or is not there. */
type Open = { folds: TwoFolds; readonly row: Row | undefined; readonly last: number | undefined }

/**
 * Folds registrations whose events come along in the order of the log, and compares each with its row where that stands: then nothing comes
 * after it, as far as the rows go, and it is forgotten. Of `mostOpen` the folds are kept in memory; of the others the stream is read again.
 */
export const makeRegistrations = (differences: Differences, mostOpen: number) => {
  const open = new Map<string, Open>()
  let rowsMet = 0

  /** Reads what has to be known of these before their events are taken: the row, and what came before where it was forgotten. */
  const prepare = Effect.fnUntraced(function* (firsts: ReadonlyMap<string, RecordedEvent>) {
    const views = yield* Views
    const rows = yield* views.rows([...firsts.keys()])
    for (const [id, { revision }] of firsts) {
      const row = rows.get(id)
      const last = row?.revision
      if (last !== undefined && last < revision) differences.addOnce({ registration: id, revision, what: "row_behind" })
      if (revision === 0) {
        if (row) rowsMet++
        else differences.addOnce({ registration: id, what: "no_row" })
        open.set(id, { folds: nothingFolded, row, last })
      } else open.set(id, { folds: yield* foldOnto(id, nothingFolded, revision), row: undefined, last })
    }
  })

  const compare = (id: string, { one, other }: Pick<Step, "one" | "other">, row: Row): void => {
    const at = { registration: id, revision: row.revision }
    if (!isSameFold(one, row)) differences.addOnce({ ...at, what: "other_row" })
    if (!isSameFold(one, other)) differences.add({ ...at, what: "other_second_fold" })
  }

  /** What comes of an event; undefined where nothing can be said of its registration any more. */
  const take = (id: string, event: RecordedEvent): Step | undefined => {
    const known = open.get(id)
    if (known === undefined) return undefined
    const { revision } = event
    const isNext = revision === revisionOf(known.folds) + 1
    const step = isNext ? foldTwice(known.folds, event) : undefined
    if (step === undefined) {
      differences.unusable({ registration: id, revision, what: isNext ? "unreadable_event" : "missing_event" })
      open.delete(id)
    } else if (known.last === revision) {
      if (known.row) compare(id, step, known.row)
      open.delete(id)
    } else known.folds = step
    return step
  }

  /** Compares one with a row that is ahead of the events that came along: beside a service that goes on. */
  const settle = Effect.fnUntraced(function* (id: string, { folds, row }: Open) {
    if (row === undefined || row.revision <= revisionOf(folds)) return
    const { one, other } = yield* foldOnto(id, folds, row.revision + 1)
    if (one?.revision === row.revision && other) compare(id, { one, other }, row)
    else differences.addOnce({ registration: id, revision: row.revision, what: "row_beyond_log" })
  })
  const settleAllBut = Effect.fnUntraced(function* (most: number) {
    for (const [id, one] of open) {
      if (open.size <= most) return
      open.delete(id)
      yield* settle(id, one)
    }
  })

  return {
    isKnown: (id: string) => open.has(id) || differences.isUnusable(id),
    prepare,
    take,
    forgetOldest: () => settleAllBut(mostOpen),
    finish: () => settleAllBut(0),
    /** How many of those that began have a row. */
    rowsMet: () => rowsMet
  }
}

/** Both folds onto what is known, up to before a revision or as far as the stream can be read. */
const foldOnto = Effect.fnUntraced(function* (id: string, known: TwoFolds, revision: number) {
  const store = yield* EventStore
  const from = revisionOf(known) + 1
  const { events } = yield* store.read(streamOf(id), from, revision - from)
  let folds = known
  for (const event of events) {
    const step = foldTwice(folds, event)
    if (step === undefined) return folds
    folds = step
  }
  return folds
})
