import { Clock, Effect } from "effect"
import { streamOf } from "../history/ids.ts"
import { EventStore, type Position } from "../ports/event-store.ts"
import { type ListPlace, RegistrationList } from "../ports/registration-list.ts"
import type { Differences } from "./differences.ts"

const page = 500

/**
 * Finds rows of registrations that the log does not have. `met`: how many rows the log led to, up to `end`; those that came since then are
 * newest, so that as a rule they are all that is looked at.
 */
export const rowsWithoutLog = Effect.fnUntraced(function* (met: number, end: Position, differences: Differences) {
  const { list, stats } = yield* RegistrationList
  const store = yield* EventStore
  const { byState } = yield* stats(yield* Clock.currentTimeMillis)
  let unexplained = Object.values(byState).reduce((sum, count) => sum + count, 0) - met
  let after: ListPlace | undefined
  while (unexplained > 0) {
    const rows = yield* list({}, page, after)
    for (const { id, state } of rows) {
      after = { id, requestedAt: state.requestedAt }
      const position = yield* store.positionOf(streamOf(id), 0)
      const isThere = position !== undefined || (yield* store.read(streamOf(id), 0, 1)).events.length > 0
      if (!isThere) differences.add({ registration: id, what: "row_without_log" })
      if (!isThere || (position ?? 0) > end) unexplained--
    }
    if (rows.length < page) return
  }
})
