import type { CommandOf } from "./commands.ts"
import { type Decision, events, nothing, refused } from "./decision.ts"
import type { AttentionReason } from "./events.ts"
import {
  confirmationOf,
  type Instant,
  maxSubmissions,
  type Registration,
  type State,
  submissionOf
} from "./registration.ts"

/** Why an operator has to look, and since when. */
export type Attention = { readonly reason: AttentionReason | "too_many_submissions"; readonly since: Instant }

export const attentionOf = (state: State): Attention | undefined =>
  state._tag === "AwaitingImages" && state.submissions >= maxSubmissions && state.submission.ranOutAt !== undefined
    ? { reason: "too_many_submissions", since: state.submission.ranOutAt }
    : confirmationOf(state)?.attention

/** There is something to look at only while the verdict on a confirmation is unknown. */
export const raiseAttention = (command: CommandOf<"RaiseAttention">, state: Registration): Decision => {
  const { submissionId, reason } = command
  if (submissionOf(state)?.id !== submissionId) return refused({ _tag: "AnotherSubmission" })
  const confirmation = confirmationOf(state)
  return confirmation && confirmation.attention?.reason !== reason
    ? events({ _tag: "AttentionRaised", submissionId, reason })
    : nothing
}
