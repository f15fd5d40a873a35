import { Clock, Effect, FiberSet } from "effect"
import type { Refusal } from "../domain/registration/refusals.ts"
import { Agenda } from "./driving/agenda.ts"
import { backOff } from "./driving/back-off.ts"
import { step } from "./driving/step.ts"
import { failed as inOutage, putOffUntil } from "./driving/stepped.ts"
import { makeStoreOutage, type StoreOutage } from "./driving/store-outage.ts"
import { tellOfClock } from "./driving/tell-of-clock.ts"
import { makeWasSetBack } from "./driving/was-set-back.ts"
import { tagOf } from "./error-words.ts"
import { Health } from "./health.ts"
import { Log } from "./ports/log.ts"
import { type Due, Views } from "./ports/views.ts"
import { Settings } from "./settings.ts"

/** Rows that one sweep looks at, beside those that are in the agenda already. */
const sweepSize = 1000

/** Milliseconds that a stopping process waits for calls that are under way, from the moment on when it was told to stop. */
const patience = 20_000

/**
 * The only one that calls the platform for a registration: takes what is due, looks at the registration as it is now, claims its step,
 * calls, records the outcome. It has no truth of its own: after a restart the sweep finds what is due. Never returns; when it is
 * interrupted it takes nothing more, and lets the calls that are under way come to their end.
 */
export const drive = Effect.gen(function* () {
  const agenda = yield* Agenda
  const { sweepInterval } = yield* Settings
  const running = yield* FiberSet.make<void>()
  const health = yield* Health
  const lookAtClock = yield* tellOfClock
  const store = yield* makeStoreOutage
  const wasSetBack = makeWasSetBack()
  yield* Effect.addFinalizer(() =>
    Effect.timeoutOption(FiberSet.awaitEmpty(running), Math.max(0, patience - health.millisSinceStop()))
  )
  // By the monotonic clock: a wall clock that is set back must not put the next sweep off.
  let sweptAt = Number.NEGATIVE_INFINITY
  // What was planned by a clock that was ahead has still to be brought forward.
  let plannedAhead = false
  while (!health.isStopping()) {
    const now = yield* Clock.currentTimeMillis
    if (performance.now() - sweptAt >= sweepInterval) {
      yield* lookAtClock
      if (wasSetBack(now)) plannedAhead = true
      if (yield* sweep(now, sweepInterval, plannedAhead)) plannedAhead = false
      sweptAt = performance.now()
    }
    let closedFor = store.closedFor(performance.now())
    while (closedFor === 0) {
      const work = agenda.take(now)
      if (!work) break
      store.begin(performance.now())
      yield* FiberSet.run(running, run(work, store))
      closedFor = store.closedFor(performance.now())
    }
    const untilSweep = Math.max(0, sweptAt + sweepInterval - performance.now())
    yield* agenda.wait(Math.min(untilSweep, closedFor || Math.max(0, agenda.nextAt - now)))
  }
  return yield* Effect.never
}).pipe(Effect.scoped)

/** Finds what is due until the next sweep, also where that was planned by a clock that was ahead. Answers whether it got through. */
const sweep = (now: number, sweepInterval: number, plannedAhead: boolean) =>
  Effect.flatMap(Agenda, (agenda) =>
    // Those that are here already must not take the places of those that nobody has seen.
    Views.use((views) =>
      Effect.andThen(
        plannedAhead
          ? Effect.andThen(
              Effect.sync(() => agenda.forgetPutOffs()),
              views.bringForward(now)
            )
          : Effect.void,
        views.due(now + sweepInterval, sweepSize + agenda.size)
      )
    ).pipe(Effect.map((due) => agenda.sweep(due, now, now + sweepInterval)))
  ).pipe(
    Effect.as(true),
    Effect.catchTag("ViewsUnavailable", (error) =>
      Effect.map(Log, (log) => {
        log.warn("sweep_failed", { code: error.code })
        return false
      })
    )
  )

const run = Effect.fnUntraced(function* (work: Due, store: StoreOutage) {
  const agenda = yield* Agenda
  const stepped = yield* step(work).pipe(
    Effect.tap(({ revision }) => Effect.sync(() => store.gotThrough({ hasAppended: revision > work.revision }))),
    Effect.catchTag("EventStoreUnavailable", (error) => {
      store.failed(work.id, error)
      return retry(work)
    }),
    Effect.catch((error) => {
      store.gotThrough({ hasAppended: false })
      return failed(work, error)
    }),
    Effect.catchDefect((defect) => {
      store.died()
      return died(work, defect)
    })
  )
  const { again, revision } = stepped
  const later = again && { ...work, revision, dueAt: again.at, tries: again.tries }
  const { sweepInterval } = yield* Settings
  const isShort = later !== undefined && later.dueAt - (yield* Clock.currentTimeMillis) <= sweepInterval
  // A pause that ends before the next sweep is kept in memory. A longer one, or one for which there is no room, is written to its row, and
  // before the registration is let go: a sweep in between would find the old row.
  if (later && !isShort) yield* postpone(later)
  const isKept = agenda.finish(work.id, revision, isShort ? later : undefined)
  if (later && isShort && !isKept) yield* postpone(later)
})

const postpone = Effect.fnUntraced(function* (work: Due) {
  const { id, revision, dueAt, tries } = work
  const agenda = yield* Agenda
  agenda.putOff(work)
  yield* Views.use((views) => views.postpone(id, revision, dueAt, tries)).pipe(
    Effect.catchTag("ViewsUnavailable", () => Effect.void)
  )
})

const overtaken: ReadonlySet<string> = new Set<Refusal["_tag"]>([
  "WrongState",
  "AnotherSubmission",
  "NotClaimed",
  "PersonalDataErased",
  "TooEarly"
])

const failed = (work: Due, error: { readonly _tag: string; readonly code?: string }) =>
  Effect.flatMap(Log, (log) => {
    const code = error.code === undefined ? {} : { code: error.code }
    // Somebody was faster, a withdrawal for example: its event says what is to be done now.
    const write = overtaken.has(error._tag) ? log.debug : log.warn
    write("step_failed", { registrationId: work.id, tag: error._tag, ...code })
    return retry(work)
  })

const died = (work: Due, defect: unknown) =>
  Effect.flatMap(Log, (log) => {
    log.error("step_died", { registrationId: work.id, tag: tagOf(defect) })
    return retry(work)
  })

const retry = Effect.fnUntraced(function* (work: Due) {
  const { retryMaxDelay } = yield* Settings
  const now = yield* Clock.currentTimeMillis
  return putOffUntil(work.revision, now + backOff(inOutage(work), retryMaxDelay), -inOutage(work) - 1)
})
