import { type Instant, maxSubmissions, type State } from "./registration.ts"

/** Why an operator has to look, and since when. */
export type Attention = { readonly reason: "too_many_submissions"; readonly since: Instant }

export const attentionOf = (state: State): Attention | undefined =>
  state._tag === "AwaitingImages" && state.submissions >= maxSubmissions && state.submission.ranOutAt !== undefined
    ? { reason: "too_many_submissions", since: state.submission.ranOutAt }
    : undefined
