import { Clock, Effect } from "effect"
import type { PlatformUnavailable } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"
import { backOff } from "./back-off.ts"
import type { Kind } from "./gate.ts"
import { giveUp, isTooLong } from "./give-up.ts"
import { asked, type DueStep, failed, putOffUntil, type Stepped } from "./stepped.ts"

/** After an outage of a kind of call: once more later, or given up for good where a step may be given up. */
export const tryAgain = Effect.fnUntraced(function* (
  due: DueStep,
  revision: number,
  kind: Kind,
  error?: PlatformUnavailable
) {
  const { retryMaxDelay } = yield* Settings
  const now = yield* Clock.currentTimeMillis
  if (due.isReconciled && (yield* isTooLong(due, kind, now))) return yield* giveUp(due.id)
  const pause = Math.max(backOff(failed(due), retryMaxDelay), error?.retryAfter ?? 0)
  return putOffUntil(revision, now + pause, -failed(due) - 1)
}) satisfies (...args: never) => Effect.Effect<Stepped, unknown, unknown>

/** It came to nothing, and not for an outage: once more later. */
export const lookAgain = Effect.fnUntraced(function* (due: DueStep, revision: number) {
  const { retryMaxDelay } = yield* Settings
  return putOffUntil(revision, (yield* Clock.currentTimeMillis) + backOff(asked(due), retryMaxDelay), asked(due) + 1)
})
