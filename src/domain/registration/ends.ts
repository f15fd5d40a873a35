import type { EventOf } from "./events.ts"
import { maybe } from "./maybe.ts"
import {
  confirmationOf,
  type Ended,
  type Failure,
  type Instant,
  isEnded,
  type Registration,
  submissionOf,
  type Verdict
} from "./registration.ts"

/** What an end keeps of the state before it: a confirmation that is out still waits for its verdict. */
export const late = (state: Registration) => ({
  ...maybe("submission", submissionOf(state)),
  ...maybe("pending", confirmationOf(state))
})

type End<S> = S extends Ended ? Omit<S, keyof Common | "endedAt"> : never
type Common = Pick<
  Registration,
  | "request"
  | "requestedAt"
  | "updatedAt"
  | "erased"
  | "submissions"
  | "urlsCall"
  | "attention"
  | "hold"
  | "erasureRequested"
>

export const ended = (state: Registration, endedAt: Instant, end: End<Ended>): Registration => {
  const { request, requestedAt, updatedAt, erased, submissions, urlsCall, hold, erasureRequested } = state
  return {
    request,
    requestedAt,
    updatedAt,
    endedAt,
    erased,
    submissions,
    ...maybe("urlsCall", urlsCall),
    ...maybe("hold", hold),
    ...maybe("erasureRequested", erasureRequested),
    ...end
  }
}

/** By the platform's last word; one that ended before keeps its end, and the word with it. */
export const decided = (state: Registration, verdict: Verdict, at: Instant): Registration => {
  if (state._tag === "Failed" || state._tag === "Withdrawn") {
    const { pending, ...rest } = state
    return { ...rest, verdict }
  }
  const submission = submissionOf(state)
  if (isEnded(state) || !submission) return state
  switch (verdict._tag) {
    case "Issued":
      return ended(state, at, { _tag: "Issued", submission, certificate: verdict.certificate })
    case "Rejected":
      return ended(state, at, { _tag: "Rejected", submission, rejection: verdict.rejection })
    case "Error":
      return ended(state, at, { _tag: "Failed", submission, failure: verdict.failure })
  }
}

export const failed = (state: Registration, event: EventOf<"Failed">, at: Instant): Registration => {
  const failure: Failure = {
    ...maybe("reasonCode", event.reasonCode),
    ...maybe("platformCode", event.platformCode)
  }
  if (event.by === "verdict") return decided(state, { _tag: "Error", failure }, at)
  if (isEnded(state)) return state
  // A refusal settles the confirmation, or none was out; an outage that we sat out leaves it unknown.
  return ended(state, at, {
    _tag: "Failed",
    failure,
    ...(event.by === "us" ? late(state) : maybe("submission", submissionOf(state)))
  })
}
