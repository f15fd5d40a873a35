import type { CommandOf } from "./commands.ts"
import { type Decision, events, nothing, refused } from "./decision.ts"
import {
  confirmationOf,
  type Instant,
  isEnded,
  maxSubmissions,
  type Raised,
  type Registration,
  type State,
  submissionOf
} from "./registration.ts"

/** Why an operator has to look, and since when. */
export type Attention = { readonly reason: Raised["reason"] | "too_many_submissions"; readonly since: Instant }

export const attentionOf = (state: State): Attention | undefined =>
  state._tag === "AwaitingImages" && state.submissions >= maxSubmissions && state.submission.ranOutAt !== undefined
    ? { reason: "too_many_submissions", since: state.submission.ranOutAt }
    : raisedOn(state)

/** Of a confirmation that is out, or else of one that may be. */
const raisedOn = (state: State): Raised | undefined => {
  const confirmation = confirmationOf(state)
  if (confirmation) return confirmation.attention
  return "attention" in state ? state.attention : undefined
}

/** There is something to look at only while a verdict may be to come. */
export const raiseAttention = (command: CommandOf<"RaiseAttention">, state: Registration): Decision => {
  const { submissionId, reason } = command
  const ours = state._tag === "Requested" ? submissionId : submissionOf(state)?.id
  if (ours !== submissionId) return refused({ _tag: "AnotherSubmission" })
  const mayBeConfirmed = !isEnded(state) || confirmationOf(state) !== undefined
  return mayBeConfirmed && raisedOn(state)?.reason !== reason
    ? events({ _tag: "AttentionRaised", submissionId, reason })
    : nothing
}
