import { Cause, Effect } from "effect"
import { codeOf, tagOf } from "./error-words.ts"
import { Health, type Work } from "./health.ts"
import { Log } from "./ports/log.ts"

const pause = "5 seconds"

/**
 * Work that never ends by itself begins anew after a pause when it fails or dies, each time said loudly: a bug in one place must not stop
 * the service without a word, and `ready` names what keeps failing.
 */
export const keepWorking = <E, R>(operation: Work, work: Effect.Effect<unknown, E, R>) =>
  work.pipe(
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        : Effect.gen(function* () {
            const error = Cause.squash(cause)
            const code = codeOf(error)
            const { error: tell } = yield* Log
            tell("work_failed", { operation, tag: tagOf(error), code })
            const { workFailed } = yield* Health
            workFailed(operation, performance.now(), code)
            yield* Effect.sleep(pause)
          })
    ),
    Effect.forever
  )
