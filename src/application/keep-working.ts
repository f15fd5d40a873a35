import { Cause, Effect } from "effect"
import { codeOf, tagOf } from "./error-words.ts"
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
            const error = Cause.squash(cause)
            log.error("work_failed", { operation, tag: tagOf(error), code: codeOf(error) })
            return Effect.sleep(pause)
          })
    ),
    Effect.forever
  )
