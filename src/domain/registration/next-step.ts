import { confirmationOf, type Instant, isEnded, type State } from "./registration.ts"

/** Durations in milliseconds. */
export type Pace = {
  readonly uploadWindow: number
  readonly verdictPollAfter: number
}

export type Step =
  | { readonly _tag: "IssueUrls" }
  /** A confirmation that may have been sent is asked about, never just sent again. */
  | { readonly _tag: "Confirm" }
  | { readonly _tag: "Poll" }
  | { readonly _tag: "Expire" }
  | { readonly _tag: "WaitUntil"; readonly at: Instant }
  | { readonly _tag: "Nothing" }

const nothing: Step = { _tag: "Nothing" }
const issueUrls: Step = { _tag: "IssueUrls" }
const poll: Step = { _tag: "Poll" }
const waitUntil = (at: Instant): Step => ({ _tag: "WaitUntil", at })

/** What is to be done next for a registration, and when: all that drives it. A restart is a list of these that are due. */
export const nextStep = (state: State, now: Instant, pace: Pace): Step => {
  switch (state._tag) {
    case "Initial":
      return nothing
    case "Requested":
      return now >= state.requestedAt + pace.uploadWindow ? { _tag: "Expire" } : issueUrls
    case "AwaitingImages": {
      const end = state.requestedAt + pace.uploadWindow
      if (now >= end) return { _tag: "Expire" }
      return state.urlsCall ? issueUrls : waitUntil(end)
    }
    case "ReadyToConfirm":
      return state.confirmation ? poll : { _tag: "Confirm" }
    default:
      return pollNext(state, now, pace)
  }
}

/** The platform calls back within `verdictPollAfter`; what it claims, or its silence, is asked about. */
const pollNext = (state: Exclude<State, { readonly _tag: "Initial" }>, now: Instant, pace: Pace): Step => {
  const confirmation = confirmationOf(state)
  if (!confirmation) return nothing
  if (isReportAhead(state)) return poll
  // Of an end nobody waits for a callback: whether the confirmation was executed is asked at once.
  if (isEnded(state) && confirmation.confirmedAt === undefined) return poll
  const since = confirmation.confirmedAt ?? confirmation.claim.at
  const at = since + pace.verdictPollAfter
  // Recorded by a clock that was ahead: nobody knows how long ago.
  return now >= at || now < since ? poll : waitUntil(at)
}

/** Whether a callback claimed more than the platform's own answers have told so far. */
export const isReportAhead = (state: State): boolean =>
  confirmationOf(state)?.reports.some(
    ({ status }) => status !== "PARTIALLY_COMPLETED" || state._tag !== "IdentityVerified"
  ) ?? false

/** Whether a callback claimed a step that the platform's own answers can still confirm; of any other word no poll will ever tell. */
export const isAnswerBehind = (state: State): boolean =>
  confirmationOf(state)?.reports.some(({ status }) =>
    status === "PARTIALLY_COMPLETED"
      ? state._tag === "ReadyToConfirm" || state._tag === "AwaitingVerdict"
      : status === "COMPLETED" || status === "ERROR"
  ) ?? false
