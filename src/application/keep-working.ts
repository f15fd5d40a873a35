import { Cause, Effect, Predicate } from "effect"
import { Log } from "./ports/log.ts"

const pause = "5 seconds"

/**
 * Work that never ends by itself begins anew after a pause when it fails or dies, each time said loudly: a bug in one place must not stop
 * the service without a word.
 */
export const keepWorking = <E, R>(operation: string, work: Effect.Effect<unknown, E, R>) =>
  work.pipe(
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        : Effect.flatMap(Log, (log) => {
            log.error("work_failed", { operation, ...named(Cause.squash(cause)) })
            return Effect.sleep(pause)
          })
    ),
    Effect.forever
  )

/** Of a bug the class alone: its message may carry input. */
const named = (error: unknown) => ({
  tag: Predicate.hasProperty(error, "_tag") ? String(error._tag) : error instanceof Error ? error.name : typeof error,
  ...(Predicate.hasProperty(error, "code") && typeof error.code === "string" ? { code: error.code } : {})
})
