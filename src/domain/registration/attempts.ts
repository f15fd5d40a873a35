import { Result } from "effect"
import { certificateOf, isSettled, type Registration, type StateName, stateNames } from "./registration.ts"

/** An attempt of a partner user, by its number from 1. */
export type Attempt = { readonly id: string; readonly state: Registration }

/** Why a partner user's next attempt may not start. */
export type AttemptRefusal =
  | { readonly _tag: "RegistrationOpen"; readonly attempt: Attempt; readonly state: StateName }
  | { readonly _tag: "AlreadyIssued"; readonly attempt: Attempt }
  | { readonly _tag: "AttemptsExhausted" }

/**
 * The number of the next attempt. It starts only when the one before is settled: the platform's poll answers for the user's latest
 * submission, so that a newer one would hide the older verdict for ever.
 */
export const nextAttempt = (
  attempts: ReadonlyArray<Attempt>,
  { renew, maxAttempts }: { readonly renew: boolean; readonly maxAttempts: number }
): Result.Result<number, AttemptRefusal> => {
  const last = attempts.at(-1)
  if (last && !isSettled(last.state))
    return Result.fail({ _tag: "RegistrationOpen", attempt: last, state: stateNames[last.state._tag] })
  const issued = attempts.findLast(({ state }) => certificateOf(state) !== undefined)
  if (issued && !renew) return Result.fail({ _tag: "AlreadyIssued", attempt: issued })
  return attempts.length >= maxAttempts
    ? Result.fail({ _tag: "AttemptsExhausted" })
    : Result.succeed(attempts.length + 1)
}
