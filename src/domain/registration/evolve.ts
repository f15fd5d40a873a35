import type { Document, EventOf, RegistrationEvent } from "./events.ts"
import {
  type Confirmation,
  confirmationOf,
  type Failure,
  type Instant,
  isEnded,
  type Registration,
  type State,
  type Submission,
  submissionOf,
  type Verdict
} from "./registration.ts"

/**
 * What a registration is after one more event, recorded at `at`. Total: it never throws, and an event that does not fit the state
 * (no decision makes one) leaves it as it was.
 */
export const evolve = (state: State, event: RegistrationEvent, at: Instant): State => {
  if (state._tag === "Initial") {
    if (event._tag !== "Requested") return state
    const { _tag, ...request } = event
    return { _tag: "Requested", request, requestedAt: at, updatedAt: at, erased: false, submissions: 0 }
  }
  return apply({ ...state, updatedAt: at }, event, at)
}

const apply = (state: Registration, event: RegistrationEvent, at: Instant): Registration => {
  switch (event._tag) {
    case "Requested":
      return state
    case "CallStarted":
      return claimed(state, event, at)
    case "UrlsIssued":
      return urlsIssued(state, event)
    case "UrlsRanOut":
      return state._tag === "AwaitingImages"
        ? { ...state, submission: { ...state.submission, ranOutAt: state.submission.ranOutAt ?? at } }
        : state
    case "ImageUploaded":
      return imageUploaded(state, event, at)
    case "ImagesUploaded":
      return state._tag === "AwaitingImages" ? { ...state, _tag: "ReadyToConfirm" } : state
    case "Confirmed":
      return confirmed(state, at)
    case "NotConfirmed":
      return withoutPending(state)
    case "ResultReported":
      return reported(state, event)
    case "IdentityVerified":
      return state._tag === "AwaitingVerdict"
        ? { ...state, _tag: "IdentityVerified", ...maybe("verification", event.verification) }
        : state
    case "CertificateIssued":
      return decided(state, {
        _tag: "Issued",
        certificate: { issuedAt: at, ...maybe("registrationId", event.certificateRegistrationId) }
      })
    case "Rejected": {
      const { reasonCode, verification } = event
      return decided(state, {
        _tag: "Rejected",
        rejection: { ...maybe("reasonCode", reasonCode), ...maybe("verification", verification) }
      })
    }
    case "Failed":
      return failed(state, event)
    case "AttentionRaised":
      return withConfirmation(state, (confirmation) => ({
        ...confirmation,
        attention: { reason: event.reason, since: at }
      }))
    case "AttentionCleared":
      return withConfirmation(state, ({ attention, ...confirmation }) => confirmation)
    case "Withdrawn":
      return isEnded(state) ? state : ended(state, { _tag: "Withdrawn", reason: event.reason, ...late(state) })
    case "Expired":
      return isEnded(state) ? state : ended(state, { _tag: "Expired", ...maybe("submission", submissionOf(state)) })
    case "PersonalDataErased":
      return { ...state, erased: true }
  }
}

const maybe = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }

const claimed = (state: Registration, event: EventOf<"CallStarted">, at: Instant): Registration => {
  const claim = { try: event.try, owner: event.owner, at, since: at }
  switch (event.call) {
    case "urls":
      return state._tag === "Requested" || state._tag === "AwaitingImages"
        ? { ...state, urlsCall: { ...claim, since: state.urlsCall?.since ?? at } }
        : state
    case "upload": {
      if (state._tag !== "AwaitingImages") return state
      const uploads = { ...state.submission.uploads, [event.document]: { ...claim, sha256: event.sha256 } }
      return { ...state, submission: { ...state.submission, uploads } }
    }
    case "confirm": {
      const takenOver = { ...claim, since: confirmationOf(state)?.claim.since ?? at }
      if (state._tag === "ReadyToConfirm")
        return { ...state, confirmation: { ...(state.confirmation ?? { reports: [] }), claim: takenOver } }
      return withConfirmation(state, (confirmation) => ({ ...confirmation, claim: takenOver }))
    }
  }
}

const urlsIssued = (state: Registration, event: EventOf<"UrlsIssued">): Registration => {
  if (state._tag !== "Requested" && state._tag !== "AwaitingImages") return state
  const { urlsCall, ...rest } = state
  const submission: Submission = {
    id: event.submissionId,
    expiresAt: Date.parse(event.expiresAt),
    urls: event.urls,
    images: {},
    uploads: {}
  }
  return { ...rest, _tag: "AwaitingImages", submissions: state.submissions + 1, submission }
}

const imageUploaded = (state: Registration, event: EventOf<"ImageUploaded">, at: Instant): Registration => {
  if (state._tag !== "AwaitingImages") return state
  const { sha256, size, mediaType, via } = event
  const images: { [D in Document]?: Submission["images"][D] } = { ...state.submission.images }
  images[event.document] = { sha256, size, mediaType, via, at }
  return { ...state, submission: { ...state.submission, images } }
}

const confirmed = (state: Registration, at: Instant): Registration => {
  if (state._tag === "ReadyToConfirm" && state.confirmation)
    return { ...state, _tag: "AwaitingVerdict", confirmation: { ...state.confirmation, confirmedAt: at } }
  return withConfirmation(state, (confirmation) => ({ confirmedAt: at, ...confirmation }))
}

const reported = (state: Registration, event: EventOf<"ResultReported">): Registration =>
  withConfirmation(state, (confirmation) => ({
    ...confirmation,
    reports: [...confirmation.reports, { status: event.status, ...maybe("result", event.result) }]
  }))

/** Changes the confirmation that is out; a state without one stays as it is. */
const withConfirmation = (state: Registration, change: (confirmation: Confirmation) => Confirmation): Registration => {
  switch (state._tag) {
    case "ReadyToConfirm":
    case "AwaitingVerdict":
    case "IdentityVerified":
      return state.confirmation ? { ...state, confirmation: change(state.confirmation) } : state
    case "Failed":
    case "Withdrawn":
      return state.pending ? { ...state, pending: change(state.pending) } : state
    default:
      return state
  }
}

const withoutPending = (state: Registration): Registration => {
  if (state._tag === "Failed" || state._tag === "Withdrawn") {
    const { pending, ...rest } = state
    return rest
  }
  if (state._tag === "ReadyToConfirm") {
    const { confirmation, ...rest } = state
    return rest
  }
  return state
}

/** What an end keeps of the state before it: a confirmation that is out still waits for its verdict. */
const late = (state: Registration) => ({
  ...maybe("submission", submissionOf(state)),
  ...maybe("pending", confirmationOf(state))
})

type End<S> = S extends Registration ? Omit<S, keyof Common> : never
type Common = Pick<Registration, "request" | "requestedAt" | "updatedAt" | "erased" | "submissions" | "urlsCall">

const ended = (state: Registration, end: End<Registration>): Registration => {
  const { request, requestedAt, updatedAt, erased, submissions, urlsCall } = state
  return { request, requestedAt, updatedAt, erased, submissions, ...maybe("urlsCall", urlsCall), ...end }
}

const decided = (state: Registration, verdict: Verdict): Registration => {
  if (state._tag === "Failed" || state._tag === "Withdrawn") {
    const { pending, ...rest } = state
    return { ...rest, verdict }
  }
  const submission = submissionOf(state)
  if (isEnded(state) || !submission) return state
  switch (verdict._tag) {
    case "Issued":
      return ended(state, { _tag: "Issued", submission, certificate: verdict.certificate })
    case "Rejected":
      return ended(state, { _tag: "Rejected", submission, rejection: verdict.rejection })
    case "Error":
      return ended(state, { _tag: "Failed", submission, failure: verdict.failure })
  }
}

const failed = (state: Registration, event: EventOf<"Failed">): Registration => {
  const failure: Failure = {
    ...maybe("reasonCode", event.reasonCode),
    ...maybe("platformCode", event.platformCode)
  }
  if (event.by === "verdict") return decided(state, { _tag: "Error", failure })
  if (isEnded(state)) return state
  // A refusal settles the confirmation, or none was out; an outage that we sat out leaves it unknown.
  return ended(state, {
    _tag: "Failed",
    failure,
    ...(event.by === "us" ? late(state) : maybe("submission", submissionOf(state)))
  })
}
