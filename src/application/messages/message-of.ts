import type { EventOf, RegistrationEvent } from "../../domain/registration/events.ts"
import { maybe } from "../../domain/registration/maybe.ts"
import { type Registration, stateNames, submissionOf } from "../../domain/registration/registration.ts"
import type { RecordedEvent } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"
import type { MessageName, MessageOf, PublicMessage } from "./message-schemas.ts"

type Tag = RegistrationEvent["_tag"]
type Common = MessageOf<"requested">["data"]
/** A public type, and what it says beside what all of them say. */
type Told = { readonly [N in MessageName]: readonly [N, Omit<MessageOf<N>["data"], keyof Common>] }[MessageName]

const internal = () => undefined
const ofSubmission = (state: Registration) => maybe("submissionId", submissionOf(state)?.id)

/** What each event is told as, after which a registration is in `state`. An event without a row does not compile. */
const told: {
  readonly [T in Tag]: (event: EventOf<T>, state: Registration, recordedAt: string) => Told | undefined
} = {
  Requested: () => ["requested", {}],
  CallStarted: internal,
  UrlsIssued: ({ submissionId }) => ["urls_issued", { submissionId }],
  UrlsRanOut: internal,
  ImageUploaded: ({ submissionId, document }) => ["image_uploaded", { submissionId, document }],
  ImagesUploaded: ({ submissionId }) => ["images_uploaded", { submissionId }],
  Confirmed: ({ submissionId }) => ["confirmed", { submissionId }],
  NotConfirmed: internal,
  ResultReported: internal,
  IdentityVerified: ({ submissionId }) => ["identity_verified", { submissionId }],
  CertificateIssued: ({ submissionId, certificateRegistrationId }, _, issuedAt) => [
    "issued",
    { submissionId, certificate: { ...maybe("registrationId", certificateRegistrationId), issuedAt } }
  ],
  Rejected: ({ submissionId, reasonCode, verification }) => [
    "rejected",
    { submissionId, rejection: { ...maybe("reasonCode", reasonCode), ...maybe("verification", verification) } }
  ],
  Failed: ({ submissionId, reasonCode, platformCode }, state) => [
    "failed",
    {
      ...maybe("submissionId", submissionId ?? submissionOf(state)?.id),
      failure: { ...maybe("reasonCode", reasonCode), ...maybe("platformCode", platformCode) }
    }
  ],
  AttentionRaised: internal,
  Withdrawn: (_, state) => ["withdrawn", ofSubmission(state)],
  Expired: (_, state) => ["expired", ofSubmission(state)],
  HoldPlaced: internal,
  HoldEnded: internal,
  ErasureRequested: internal,
  PersonalDataErased: (_, state) => ["personal_data_erased", ofSubmission(state)]
}

/**
 * The public message of an event after which a registration is in `state`; undefined for an internal one. Its type says what its schema
 * says; encoding each through the schema would cost ten times as much.
 */
export const messageOf = (
  registrationId: string,
  event: RegistrationEvent,
  stored: RecordedEvent,
  state: Registration
): Message | undefined => {
  const tell = told[event._tag] as (event: RegistrationEvent, state: Registration, at: string) => Told | undefined
  const row = tell(event, state, stored.recordedAt)
  if (row === undefined) return undefined
  const [name, more] = row
  const { tenant, attempt, partnerUserId, partnerUserIdType, labels } = state.request
  const data: Common = {
    registrationId,
    attempt,
    partnerUserId,
    partnerUserIdType,
    state: stateNames[state._tag],
    labels,
    ...more
  }
  const message: Omit<PublicMessage, "data"> & { readonly data: Common } = {
    specversion: "1.0",
    id: stored.id,
    source: "/certificate-registrations",
    type: `certreg.registration.${name}.v1`,
    subject: registrationId,
    time: stored.recordedAt,
    datacontenttype: "application/json",
    sequence: String(stored.revision).padStart(10, "0"),
    correlationid: stored.correlationId,
    tenant,
    data
  }
  return { position: stored.position, registrationId, tenant, json: JSON.stringify(message) }
}
