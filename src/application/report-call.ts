import { Clock, Effect } from "effect"
import { keepsFailing } from "./failure-runs.ts"
import { Health } from "./health.ts"
import { failingWords, upWords } from "./outage-words.ts"
import { Log } from "./ports/log.ts"
import type { PlatformCall } from "./ports/telemetry.ts"

/** A call was answered, whatever it said. That its kind is answered again, after it had kept failing, is said once. */
export const callAnswered = Effect.fnUntraced(function* (call: PlatformCall) {
  const { answered } = yield* Health
  const run = answered(call)
  if (!run || run.count < keepsFailing) return
  const { info } = yield* Log
  const millis = Math.round(performance.now() - run.since)
  info("dependency_up", { operation: call, count: run.count, millis, detail: upWords(call, millis) })
})

/** A call failed. That its kind keeps failing is said once. `nextTryAt`: when the next one may be made, where not every one may. */
export const callFailed = Effect.fnUntraced(function* (call: PlatformCall, code: string, nextTryAt?: number) {
  const { failed } = yield* Health
  const monotonic = performance.now()
  const run = failed(call, monotonic, code, nextTryAt)
  if (run.count !== keepsFailing) return
  const { warn } = yield* Log
  const at = { wall: yield* Clock.currentTimeMillis, monotonic }
  const detail = failingWords({ ...run, call, nextTryAt }, at)
  warn("dependency_down", { operation: call, code, count: run.count, detail })
})
