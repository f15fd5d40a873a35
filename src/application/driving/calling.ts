import { Clock, Effect, Exit, Option, Schema } from "effect"
import { Health } from "../health.ts"
import type { PlatformRefused, PlatformUnavailable, Superseded } from "../ports/esign-platform.ts"
import { Log } from "../ports/log.ts"
import { Settings } from "../settings.ts"
import { timedCall } from "../timed-call.ts"
import { backOff } from "./back-off.ts"
import { Failures } from "./failures.ts"
import { Gate, type Kind } from "./gate.ts"
import { giveUp } from "./give-up.ts"
import { type DueStep, putOffUntil, type Stepped } from "./stepped.ts"

type CallError = PlatformUnavailable | PlatformRefused | Superseded

/** Calls of this kind keep failing: only a probe now and then gets through. Nothing was sent. */
export class GateClosed extends Schema.TaggedError<GateClosed>()("GateClosed", {}) {}

/** Makes a platform call if its kind's gate is open, and tells gate, health and log how it went. */
export const calling = Effect.fnUntraced(function* <A, R>(
  kind: Kind,
  id: string,
  call: Effect.Effect<A, CallError, R>
) {
  const gate = yield* Gate
  if (!gate.enter(kind, performance.now())) return yield* new GateClosed()
  const log = yield* Log
  const health = yield* Health
  const failures = yield* Failures
  return yield* Effect.onExit(timedCall(kind, call), (exit) =>
    Effect.sync(() => {
      const error = Option.getOrUndefined(Exit.findErrorOption(exit))
      const outcome = outcomeOf(exit, error)
      gate.leave(kind, outcome, performance.now())
      if (error?._tag === "PlatformUnavailable")
        log.warn("platform_unavailable", { registrationId: id, operation: error.operation, code: error.code })
      if (outcome === "not_sent") return
      health.report("platform", outcome === "answered" ? "up" : "down")
      // That a poll gets through says nothing of a confirm that does not.
      if (kind !== "poll" || outcome === "unavailable") failures.count(id, outcome)
    })
  )
})

const outcomeOf = (exit: Exit.Exit<unknown, unknown>, error: CallError | undefined) => {
  if (Exit.isSuccess(exit) || error?._tag === "PlatformRefused") return "answered"
  return error?._tag === "PlatformUnavailable" ? "unavailable" : "not_sent"
}

/** After an outage: once more later, or given up for good where a step may be given up. */
export const tryAgain = Effect.fnUntraced(function* (
  due: DueStep,
  revision: number,
  error: PlatformUnavailable | undefined,
  waitingSince: number | undefined
) {
  const { retryMaxDelay, giveUpAfter } = yield* Settings
  const failures = yield* Failures
  const now = yield* Clock.currentTimeMillis
  if (waitingSince !== undefined && now - waitingSince > giveUpAfter && failures.of(due.id) >= 3)
    return yield* giveUp(due.id)
  return putOffUntil(revision, now + Math.max(backOff(due.tries, retryMaxDelay), error?.retryAfter ?? 0), due.tries + 1)
}) satisfies (...args: never) => Effect.Effect<Stepped, unknown, unknown>
