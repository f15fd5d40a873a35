import { confirmationOf, type Instant, isEnded, type Registration, type State } from "./registration.ts"

/** Durations in milliseconds. */
export type Pace = {
  readonly uploadWindow: number
  readonly verdictPollAfter: number
  /** From the end on; undefined: never. */
  readonly eraseAfter?: number | undefined
}

export type Step =
  | { readonly _tag: "IssueUrls" }
  /** A confirmation that may have been sent is asked about, never just sent again. */
  | { readonly _tag: "Confirm" }
  | { readonly _tag: "Poll" }
  | { readonly _tag: "Expire" }
  | { readonly _tag: "EndHold" }
  /** Of the personal data: because somebody asked for it during a hold, or because its time is over. What is erased ends. */
  | { readonly _tag: "Erase" }
  | { readonly _tag: "WaitUntil"; readonly at: Instant }
  | { readonly _tag: "Nothing" }

const nothing: Extract<Step, { readonly _tag: "Nothing" }> = { _tag: "Nothing" }
const issueUrls: StepAtPlatform = { _tag: "IssueUrls" }
const poll: StepAtPlatform = { _tag: "Poll" }
const waitUntil = (at: Instant): Extract<Step, { readonly _tag: "WaitUntil" }> => ({ _tag: "WaitUntil", at })

/** What is to be done next for a registration, and when: all that drives it. A restart is a list of these that are due. */
export const nextStep = (state: State, now: Instant, pace: Pace): Step => {
  if (state._tag === "Initial") return nothing
  const retention = retentionStep(state, now, pace)
  if (retention._tag === "EndHold" || retention._tag === "Erase") return retention
  const platform = stepAtPlatform(state, now, pace)
  if (retention._tag === "Nothing" || (platform._tag !== "WaitUntil" && platform._tag !== "Nothing")) return platform
  return platform._tag === "WaitUntil" && platform.at < retention.at ? platform : retention
}

type RetentionStep = Extract<Step, { readonly _tag: "EndHold" | "Erase" | "WaitUntil" | "Nothing" }>
export type StepAtPlatform = Exclude<Step, { readonly _tag: "EndHold" | "Erase" }>

/** What is to be done about how long the personal data is kept. */
export const retentionStep = (state: Registration, now: Instant, { eraseAfter }: Pace): RetentionStep => {
  if (state.erased) return isEnded(state) ? nothing : { _tag: "Erase" }
  const { hold } = state
  if (hold) return now >= hold.until ? { _tag: "EndHold" } : waitUntil(hold.until)
  if (state.erasureRequested) return { _tag: "Erase" }
  if (!isEnded(state) || eraseAfter === undefined) return nothing
  const at = state.endedAt + eraseAfter
  return now >= at ? { _tag: "Erase" } : waitUntil(at)
}

/** What brings it to its end, and finds out what became of a confirmation after that. */
export const stepAtPlatform = (state: Registration, now: Instant, pace: Pace): StepAtPlatform => {
  switch (state._tag) {
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
const pollNext = (state: Registration, now: Instant, pace: Pace): StepAtPlatform => {
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
