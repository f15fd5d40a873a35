import { Result } from "effect"
import type { RegistrationEvent } from "./events.ts"
import type { Refusal } from "./refusals.ts"
import { type Registration, stateNames } from "./registration.ts"

/** What a command adds, in order, or why it adds nothing. */
export type Decision = Result.Result<ReadonlyArray<RegistrationEvent>, Refusal>

export const nothing: Decision = Result.succeed([])
export const events = (...all: ReadonlyArray<RegistrationEvent>): Decision => Result.succeed(all)
export const refused = (refusal: Refusal): Decision => Result.fail(refusal)
export const wrongState = (state: Registration): Decision =>
  refused({ _tag: "WrongState", state: stateNames[state._tag] })
