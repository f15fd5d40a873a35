import { Clock, Effect } from "effect"
import { clockWords } from "../outage-words.ts"
import { Log } from "../ports/log.ts"
import { TrustedClock } from "../trusted-clock.ts"

/** Answers what is to be done from time to time: it says once that our wall clock is found wrong, and once that it is right again. */
export const tellOfClock = Effect.gen(function* () {
  const { doubt } = yield* TrustedClock
  const log = yield* Log
  let isWrong = false
  return Effect.map(Clock.currentTimeMillis, (wall) => {
    const wrong = doubt(wall)
    if (wrong && !isWrong) {
      const detail = clockWords(wrong.difference, wrong.since, { wall, monotonic: performance.now() })
      log.warn("clock_wrong", { millis: Math.round(wrong.difference), detail })
    } else if (isWrong && !wrong) log.info("clock_right")
    isWrong = wrong !== undefined
  })
})
