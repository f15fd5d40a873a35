import type { StoredEvent } from "../../../application/ports/event-store.ts"
import type { KeyState } from "../../../application/ports/tombstones.ts"
import { formatInstant, isFormattedInstant } from "../../../domain/applicant/instant.ts"
import { attentionOf as attentionTo } from "../../../domain/registration/attention.ts"
import type { Document } from "../../../domain/registration/events.ts"
import {
  certificateOf,
  confirmationOf,
  type Failure,
  type Image,
  isEnded,
  type Registration,
  type Rejection,
  type Submission,
  stateNames,
  submissionOf,
  type Verdict
} from "../../../domain/registration/registration.ts"
import type { Registration as RegistrationResource } from "./answer-schemas.ts"

/** A registration at a revision, as any use case answers it. */
export type Shown = {
  readonly id: string
  readonly state: Registration
  readonly revision: number
  readonly correlationId?: string
  readonly events?: ReadonlyArray<StoredEvent>
  /** Of the event that nobody can read: the state is the one before it. */
  readonly unreadable?: { readonly revision: number }
  /** What became of its data key, where somebody looked. */
  readonly key?: KeyState
}

export const linkTo = (id: string): string => `/v1/registrations/${id}`

/** The JSON form of a registration (contract/service-api §2); what is not known is absent. `uploadWindow` is in milliseconds. */
export const toResource = (shown: Shown, uploadWindow: number): typeof RegistrationResource.Type => {
  const { id, state, revision } = shown
  const { request, requestedAt, updatedAt } = state
  const submission = submissionOf(state)
  const self = linkTo(id)
  return {
    id,
    attempt: request.attempt,
    state: stateNames[state._tag],
    revision,
    partnerUserId: request.partnerUserId,
    partnerUserIdType: request.partnerUserIdType,
    labels: request.labels,
    requestedAt: formatInstant(requestedAt),
    updatedAt: formatInstant(updatedAt),
    documents: { ktp: documentOf(submission, "ktp"), selfie: documentOf(submission, "selfie") },
    ...(submission && {
      submissionId: submission.id,
      uploadBefore: formatInstant(Math.min(submission.expiresAt, requestedAt + uploadWindow))
    }),
    ...outcomeOf(state),
    ...attentionOf(shown),
    ...holdOf(state),
    personalData: state.erased ? "erased" : "sealed",
    ...erasureOf(shown),
    warnings: request.warnings,
    links: { self, ktp: `${self}/documents/ktp`, selfie: `${self}/documents/selfie`, events: `${self}/events` }
  }
}

const documentOf = (submission: Submission | undefined, document: Document) => {
  const image: Image | undefined = submission?.images[document]
  if (!image) return { uploaded: false }
  const { sha256, size, mediaType, via, at } = image
  return { uploaded: true, sha256, size, mediaType, via, uploadedAt: formatInstant(at) }
}

/** How it ended, and what the platform still said of it afterwards: both are shown, the state stays. */
const outcomeOf = (state: Registration) => {
  const certificate = certificateOf(state)
  const verdict = "verdict" in state ? state.verdict : undefined
  const rejection = state._tag === "Rejected" ? state.rejection : rejectionOf(verdict)
  const failure = failureOf(verdict) ?? (state._tag === "Failed" ? state.failure : undefined)
  return {
    ...(certificate && { certificate: { ...certificate, issuedAt: formatInstant(certificate.issuedAt) } }),
    ...(rejection && { rejection }),
    ...(failure && { failure }),
    ...(isEnded(state) && confirmationOf(state) && { verdictPending: true })
  }
}

const rejectionOf = (verdict: Verdict | undefined): Rejection | undefined =>
  verdict?._tag === "Rejected" ? verdict.rejection : undefined

const failureOf = (verdict: Verdict | undefined): Failure | undefined =>
  verdict?._tag === "Error" ? verdict.failure : undefined

const holdOf = ({ hold, erasureRequested }: Registration) =>
  hold
    ? {
        hold: {
          reason: hold.reason,
          until: formatInstant(hold.until),
          ...(erasureRequested && { erasureRequested: true })
        }
      }
    : {}

/** Told once the key is destroyed. */
const erasureOf = ({ state, key }: Shown) =>
  state.erased && key?._tag === "Destroyed" && key.receipt ? { erasure: key.receipt } : {}

const attentionOf = ({ state, events = [], unreadable, key }: Shown) => {
  if (!unreadable) {
    // Since when nobody knows.
    if (key?._tag === "Missing" && !state.erased) return { attention: { reason: "key_missing" } }
    const attention = attentionTo(state)
    return attention ? { attention: { reason: attention.reason, since: formatInstant(attention.since) } } : {}
  }
  const at = events.find(({ revision }) => revision === unreadable.revision)?.recordedAt
  // What is lost, or has no time that can be read, came after all that is shown.
  const since = at !== undefined && isFormattedInstant(at) ? at : formatInstant(state.updatedAt)
  return { attention: { reason: "unreadable_event", since } }
}
