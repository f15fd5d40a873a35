import { Clock, Effect } from "effect"
import { Health } from "../health.ts"
import { EventStore } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import { describeFlaw, flawOf } from "./event-flaw.ts"

/** Events that are looked at before others have their turn: two milliseconds or so. */
const page = 100
/** After each page it rests so many times as long as the page took: one two-hundredth of a core. */
const restFactor = 199
/** Milliseconds. A rest that is too short wakes the process too often; one that is too long follows on a page that only had to wait itself. */
const rests = [50, 5000] as const
const untilNextWalk = "1 day"
/** Below the first position, where events are put by hand alone. */
const beforeAll = Number.NEGATIVE_INFINITY

/**
 * Checks the whole log from its beginning, slowly and once a day: what was changed there, by hand or by a disk, is found before somebody
 * relies on it. How far it is stands in `Health`; what it finds is logged as well. Never returns; begun anew after an outage, it goes on where
 * it was.
 */
export const checkHistory = Effect.gen(function* () {
  const store = yield* EventStore
  const log = yield* Log
  const { historyCheck, reportHistoryCheck, isStopping, works } = yield* Health
  /** Of this walk, which an outage may have interrupted. */
  let flaw = historyCheck().checkedTo > 0 ? historyCheck().flaw : undefined

  while (!isStopping()) {
    const began = performance.now()
    const events = yield* Effect.tapError(store.raw(historyCheck().checkedTo || beforeAll, page), ({ code }) =>
      Effect.sync(() => reportHistoryCheck({ outage: code }))
    )
    works("check_history")
    for (const event of events) {
      const found = flawOf(event)
      if (!found) continue
      log.error("history_damaged", { stream: event.stream, revision: event.revision, code: found })
      flaw ??= describeFlaw(event, found)
      reportHistoryCheck({ flaw })
    }
    const last = events.at(-1)
    if (last) {
      reportHistoryCheck({ checkedTo: Math.max(last.position, 1), outage: undefined })
      yield* Effect.sleep(restAfter(performance.now() - began))
    } else {
      // What an earlier walk found was put right meanwhile.
      reportHistoryCheck({ at: new Date(yield* Clock.currentTimeMillis).toISOString(), flaw, outage: undefined })
      yield* Effect.sleep(untilNextWalk)
      flaw = undefined
      reportHistoryCheck({ checkedTo: 0 })
    }
  }
  return yield* Effect.never
})

const restAfter = (millis: number): number => Math.min(Math.max(millis * restFactor, rests[0]), rests[1])
