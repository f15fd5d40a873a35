import { decided, ended, failed, late } from "./ends.ts"
import type { Document, EventOf, RegistrationEvent } from "./events.ts"
import { maybe } from "./maybe.ts"
import {
  type Confirmation,
  confirmationOf,
  type Instant,
  isEnded,
  type Raised,
  type Registration,
  type State,
  type Submission,
  submissionOf
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
      return decided(
        state,
        { _tag: "Issued", certificate: { issuedAt: at, ...maybe("registrationId", event.certificateRegistrationId) } },
        at
      )
    case "Rejected": {
      const { reasonCode, verification } = event
      return decided(
        state,
        { _tag: "Rejected", rejection: { ...maybe("reasonCode", reasonCode), ...maybe("verification", verification) } },
        at
      )
    }
    case "Failed":
      return failed(state, event, at)
    case "AttentionRaised":
      return attended(state, { reason: event.reason, since: at })
    case "Withdrawn":
      return isEnded(state) ? state : ended(state, at, { _tag: "Withdrawn", reason: event.reason, ...late(state) })
    case "Expired":
      return isEnded(state) ? state : ended(state, at, { _tag: "Expired", ...maybe("submission", submissionOf(state)) })
    case "HoldPlaced": {
      const { reason, until } = event
      return state.erased ? state : { ...state, hold: { reason, until: Date.parse(until) } }
    }
    case "HoldEnded":
      return withoutHold(state)
    case "ErasureRequested":
      return state.erased ? state : { ...state, erasureRequested: state.erasureRequested ?? { at } }
    case "PersonalDataErased":
      return { ...withoutHold(state), erased: true }
  }
}

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
      const { sessionId } = event
      const takenOver = { ...claim, sessionId, since: confirmationOf(state)?.claim.since ?? at }
      if (state._tag === "ReadyToConfirm")
        return { ...state, confirmation: { ...(state.confirmation ?? { reports: [] }), claim: takenOver } }
      // The platform knows of a confirmation, and so of images, that were forgotten here.
      if (state._tag === "AwaitingImages")
        return { ...state, _tag: "ReadyToConfirm", confirmation: { reports: [], claim: takenOver } }
      return withConfirmation(state, (confirmation) => ({ ...confirmation, claim: takenOver }))
    }
  }
}

const attended = (state: Registration, attention: Raised): Registration => {
  if (confirmationOf(state)) return withConfirmation(state, (confirmation) => ({ ...confirmation, attention }))
  return isEnded(state) ? state : { ...state, attention }
}

const urlsIssued = (state: Registration, event: EventOf<"UrlsIssued">): Registration => {
  if (state._tag !== "Requested" && state._tag !== "AwaitingImages") return state
  const { urlsCall, attention, ...rest } = state
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

const withoutHold = ({ hold, ...rest }: Registration): Registration => rest

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
