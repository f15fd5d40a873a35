import { Effect, Exit, Option } from "effect"
import type { PlatformRefused, PlatformUnavailable, Superseded } from "./ports/esign-platform.ts"
import type {
  BodyAborted,
  StorageHostRefused,
  StorageRefused,
  StorageUnavailable,
  UrlExpired
} from "./ports/object-storage.ts"
import { type CallOutcome, type PlatformCall, Telemetry } from "./ports/telemetry.ts"

/** What a call of the platform or its storage can fail with. */
export type CallError =
  | PlatformRefused
  | PlatformUnavailable
  | Superseded
  | StorageRefused
  | StorageHostRefused
  | StorageUnavailable
  | UrlExpired
  | BodyAborted

const outcomes = {
  PlatformRefused: "refused",
  Superseded: "broken_off",
  StorageRefused: "refused",
  StorageHostRefused: "refused",
  StorageUnavailable: "unknown",
  UrlExpired: "expired",
  BodyAborted: "broken_off"
} as const satisfies { readonly [Tag in Exclude<CallError["_tag"], "PlatformUnavailable">]: CallOutcome }

export const callOutcomeOf = (exit: Exit.Exit<unknown, CallError>): CallOutcome => {
  if (Exit.isSuccess(exit)) return "ok"
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (error?._tag === "PlatformUnavailable") return error.effect === "none" ? "unavailable" : "unknown"
  return error ? outcomes[error._tag] : "broken_off"
}

/** Makes a call of the platform or its storage, and tells how it ended and how long it took. */
export const timedCall = <A, E extends CallError, R>(
  call: PlatformCall,
  calling: Effect.Effect<A, E, R>,
  outcomeOf: (exit: Exit.Exit<A, E>) => CallOutcome = callOutcomeOf
) =>
  Effect.flatMap(Telemetry, ({ platformCalled }) => {
    const began = performance.now()
    return Effect.onExit(calling, (exit) => {
      platformCalled(call, outcomeOf(exit), (performance.now() - began) / 1000)
      return Effect.void
    })
  })
