import { Clock, Effect } from "effect"
import { clockWords } from "../outage-words.ts"
import { Log } from "../ports/log.ts"
import { TrustedClock } from "../trusted-clock.ts"

/** Milliseconds that a wall clock is put right by without anybody noticing. */
const slew = 1000

/**
 * Answers what looks at our wall clock from time to time: it says once that the clock is found wrong, and once that it is right again, and
 * answers whether it may have been ahead until now, as it may have been before this process began.
 */
export const watchClock = Effect.gen(function* () {
  const { doubt } = yield* TrustedClock
  const log = yield* Log
  let isWrong = false
  let before = Number.POSITIVE_INFINITY
  return Effect.map(Clock.currentTimeMillis, (wall) => {
    const monotonic = performance.now()
    const wrong = doubt(wall)
    if (wrong && !isWrong) {
      const detail = clockWords(wrong.difference, wrong.since, { wall, monotonic })
      log.warn("clock_wrong", { millis: Math.round(wrong.difference), detail })
    } else if (isWrong && !wrong) log.info("clock_right")
    isWrong = wrong !== undefined
    const offset = wall - monotonic
    const wasAhead = offset < before - slew
    if (wasAhead || offset > before) before = offset
    return wasAhead
  })
})
