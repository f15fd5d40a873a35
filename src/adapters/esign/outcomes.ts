import { Exit, Option } from "effect"
import { type Operation, PlatformRefused, PlatformUnavailable } from "../../application/ports/esign-platform.ts"
import { readRefusal } from "./answers.ts"
import type { Outcome } from "./transmission.ts"

export const unavailable = (
  operation: Operation,
  outcome: Outcome,
  effect: PlatformUnavailable["effect"] = effectOf(outcome)
) =>
  Exit.fail(
    new PlatformUnavailable({
      operation,
      effect,
      code: codeOf(outcome),
      ...(outcome._tag === "Answer" && outcome.retryAfter !== undefined ? { retryAfter: outcome.retryAfter } : {})
    })
  )

const codeOf = (outcome: Outcome): string => {
  if (outcome._tag === "NoAnswer") return outcome.code
  return isSuccess(outcome.status) ? "unreadable_answer" : `http_${outcome.status}`
}

/** A call that was turned away at the door (401, 429) did nothing, and one that was never sent neither. */
const effectOf = (outcome: Outcome): PlatformUnavailable["effect"] => {
  const nothing = outcome._tag === "NoAnswer" ? !outcome.sent : outcome.status === 401 || outcome.status === 429
  return nothing ? "none" : "unknown"
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300
const isRefusal = (status: number): boolean => status === 400 || status === 403 || status === 404

/** What a call came to (contract/esign-api §2): only a refusal in the platform's own envelope is one. */
export const interpret = <A>(
  operation: Operation,
  outcome: Outcome,
  read: (body: string) => Option.Option<A>
): Exit.Exit<A, PlatformUnavailable | PlatformRefused> => {
  if (outcome._tag === "NoAnswer") return unavailable(operation, outcome)
  if (isSuccess(outcome.status)) {
    const value = read(outcome.body)
    return Option.isSome(value) ? Exit.succeed(value.value) : unavailable(operation, outcome)
  }
  const refusal = isRefusal(outcome.status) ? readRefusal(outcome.body) : Option.none()
  if (Option.isNone(refusal)) return unavailable(operation, outcome)
  const { cause, code } = refusal.value
  return Exit.fail(
    new PlatformRefused({
      operation,
      ...(cause === undefined ? {} : { reasonCode: cause }),
      ...(code === undefined ? {} : { platformCode: code })
    })
  )
}
