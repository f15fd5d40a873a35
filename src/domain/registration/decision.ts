import { Result } from "effect"
import type { RegistrationEvent } from "./events.ts"
import type { Decision, Refusal } from "./refusals.ts"
import { type Registration, stateNames } from "./registration.ts"

export const nothing: Decision = Result.succeed([])
export const events = (...all: ReadonlyArray<RegistrationEvent>): Decision => Result.succeed(all)
export const refused = (refusal: Refusal): Decision => Result.fail(refusal)
export const wrongState = (state: Registration): Decision =>
  refused({ _tag: "WrongState", state: stateNames[state._tag] })
