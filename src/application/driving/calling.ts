import { Effect, Exit, Option, Schema } from "effect"
import type { PlatformRefused, PlatformUnavailable, Superseded } from "../ports/esign-platform.ts"
import { Log } from "../ports/log.ts"
import { callAnswered, callFailed } from "../report-call.ts"
import { timedCall } from "../timed-call.ts"
import { Failures } from "./failures.ts"
import { Gate, type Kind } from "./gate.ts"

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
  return yield* Effect.onExit(timedCall(kind, call), (exit) => {
    const error = Option.getOrUndefined(Exit.findErrorOption(exit))
    if (error?._tag === "PlatformUnavailable") return unavailable(kind, id, error)
    if (Exit.isSuccess(exit) || error?._tag === "PlatformRefused") return answered(kind, id)
    return Effect.sync(() => gate.notSent(kind))
  })
})

const answered = Effect.fnUntraced(function* (kind: Kind, id: string) {
  const gate = yield* Gate
  const failures = yield* Failures
  gate.answered(kind)
  failures.answered(id, kind)
  yield* callAnswered("token")
  yield* callAnswered(kind)
})

const unavailable = Effect.fnUntraced(function* (kind: Kind, id: string, error: PlatformUnavailable) {
  const { operation, code, retryAfter } = error
  const gate = yield* Gate
  const failures = yield* Failures
  const log = yield* Log
  const now = performance.now()
  gate.failed(kind, now, code, retryAfter)
  failures.failed(id, kind, now, code)
  log.warn("platform_unavailable", { registrationId: id, operation, code })
  // Without a token nothing is known of the call itself; with one, the token is there.
  if (operation !== "token") yield* callAnswered("token")
  yield* callFailed(operation, code, gate.nextProbeAt(kind))
})
