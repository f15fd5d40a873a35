import { Clock, Effect } from "effect"
import { Agenda } from "./driving/agenda.ts"
import { backOff } from "./driving/back-off.ts"
import { step } from "./driving/step.ts"
import { putOffUntil } from "./driving/stepped.ts"
import { Log } from "./ports/log.ts"
import { type Due, Views } from "./ports/views.ts"
import { Settings } from "./settings.ts"

/** Rows that one sweep looks at. */
const sweepSize = 1000

/**
 * The only one that calls the platform for a registration: takes what is due, looks at the registration as it is now, claims its step,
 * calls, records the outcome. It has no truth of its own: after a restart the sweep finds what is due. Never returns.
 */
export const drive = Effect.gen(function* () {
  const agenda = yield* Agenda
  const { sweepInterval } = yield* Settings
  let sweepAt = 0
  while (true) {
    const now = yield* Clock.currentTimeMillis
    if (now >= sweepAt) {
      yield* sweep(now)
      sweepAt = now + sweepInterval
    }
    for (let work = agenda.take(now); work; work = agenda.take(now)) yield* Effect.forkScoped(run(work))
    yield* agenda.wait(Math.max(0, Math.min(agenda.nextAt, sweepAt) - now))
  }
}).pipe(Effect.scoped)

const sweep = (now: number) =>
  Views.use((views) => views.due(now, sweepSize)).pipe(
    Effect.flatMap((due) => Effect.map(Agenda, (agenda) => agenda.sweep(due))),
    Effect.catchTag("ViewsUnavailable", (error) =>
      Effect.map(Log, (log) => log.warn("sweep_failed", { code: error.code }))
    )
  )

const run = Effect.fnUntraced(function* (work: Due) {
  const agenda = yield* Agenda
  const stepped = yield* step(work).pipe(
    Effect.catch((error) => failed(work, error)),
    Effect.catchDefect((defect) => died(work, defect))
  )
  const again = stepped.again && {
    id: work.id,
    revision: stepped.revision,
    dueAt: stepped.again.at,
    tries: stepped.again.tries
  }
  agenda.finish(work.id, stepped.revision, again)
  if (again) yield* keep(again)
})

/** Pauses that end before the next sweep are kept in memory alone. */
const keep = Effect.fnUntraced(
  function* ({ id, revision, dueAt, tries }: Due) {
    const views = yield* Views
    const { sweepInterval } = yield* Settings
    if (dueAt - (yield* Clock.currentTimeMillis) > sweepInterval) yield* views.postpone(id, revision, dueAt, tries)
  },
  Effect.catchTag("ViewsUnavailable", () => Effect.void)
)

const failed = (work: Due, error: { readonly _tag: string; readonly code?: string }) =>
  Effect.flatMap(Log, (log) => {
    const code = error.code === undefined ? {} : { code: error.code }
    log.warn("step_failed", { registrationId: work.id, tag: error._tag, ...code })
    return later(work)
  })

const died = (work: Due, defect: unknown) =>
  Effect.flatMap(Log, (log) => {
    log.error("step_died", { registrationId: work.id, tag: defect instanceof Error ? defect.name : typeof defect })
    return later(work)
  })

const later = Effect.fnUntraced(function* ({ revision, tries }: Due) {
  const { retryMaxDelay } = yield* Settings
  return putOffUntil(revision, (yield* Clock.currentTimeMillis) + backOff(tries, retryMaxDelay), tries + 1)
})
