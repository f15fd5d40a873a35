import { Schema } from "effect"

/** The two images that a submission needs. */
export const Document = Schema.Literals(["ktp", "selfie"])
export type Document = typeof Document.Type

export const MediaType = Schema.Literals(["image/jpeg", "image/png"])
export type MediaType = typeof MediaType.Type

/** AES-256-GCM ciphertext with its 16-byte tag, under the data key `keyId`; both texts are base64. */
export const Sealed = Schema.Struct({ keyId: Schema.String, nonce: Schema.String, box: Schema.String })
export type Sealed = typeof Sealed.Type

/** A remark that does not stop a registration: the registry's own data are not always consistent. */
export const Warning = Schema.Struct({ code: Schema.String, path: Schema.String })
export type Warning = typeof Warning.Type

export const Check = Schema.Literals(["PASS", "FAIL"])

/** What the platform compared; a check that it did not report is absent. */
export const Verification = Schema.Struct({
  nik: Schema.optionalKey(Check),
  name: Schema.optionalKey(Check),
  dateOfBirth: Schema.optionalKey(Check),
  selfie: Schema.optionalKey(Check)
})
export type Verification = typeof Verification.Type

export const ReportedStatus = Schema.Literals(["IN_PROGRESS", "PARTIALLY_COMPLETED", "COMPLETED", "ERROR", "UNKNOWN"])
export type ReportedStatus = typeof ReportedStatus.Type
export const ReportedResult = Schema.Literals(["VALID", "INVALID", "UNKNOWN"])
export type ReportedResult = typeof ReportedResult.Type

export const WithdrawalReason = Schema.Literals(["consent_withdrawn", "applicant_request", "other"])
export type WithdrawalReason = typeof WithdrawalReason.Type

const text = Schema.String
const optional = Schema.optionalKey

export const Requested = Schema.TaggedStruct("Requested", {
  tenant: text,
  partnerUserId: text,
  partnerUserIdType: text,
  attempt: Schema.Int,
  labels: Schema.Record(text, text),
  /** Applicant, consents and locale. */
  personal: Sealed,
  /** HMAC of the caller's Idempotency-Key under a secret of the vault. */
  idempotencyKey: optional(text),
  /** HMAC of the body under the registration's own data key: it cannot be guessed back, and goes with the key. */
  fingerprint: text,
  warnings: Schema.Array(Warning)
})

const claim = { try: Schema.Int, sessionId: text, owner: text }

export const CallStarted = Schema.Union([
  Schema.TaggedStruct("CallStarted", { call: Schema.Literals(["urls", "confirm"]), ...claim }),
  Schema.TaggedStruct("CallStarted", {
    call: Schema.Literal("upload"),
    ...claim,
    document: Document,
    sha256: text,
    submissionId: text
  })
])

export const UrlsIssued = Schema.TaggedStruct("UrlsIssued", {
  submissionId: text,
  /** RFC 3339: the end of the presigned URLs as the platform gave it. */
  expiresAt: text,
  urls: Sealed
})

/** URLs that could not be used any more, and were not replaced at once: the next upload needs further ones, or there are no more. */
export const UrlsRanOut = Schema.TaggedStruct("UrlsRanOut", { submissionId: text })

export const ImageUploaded = Schema.TaggedStruct("ImageUploaded", {
  submissionId: text,
  document: Document,
  sha256: text,
  /** Bytes. */
  size: Schema.Int,
  mediaType: MediaType,
  via: Schema.Literals(["service", "direct"])
})

export const ImagesUploaded = Schema.TaggedStruct("ImagesUploaded", { submissionId: text })

export const Confirmed = Schema.TaggedStruct("Confirmed", {
  submissionId: text,
  knownBy: Schema.Literals(["answer", "poll"])
})

/** Nothing of this submission was confirmed: the platform refused it, or said so in two late polls. Settles an ended registration. */
export const NotConfirmed = Schema.TaggedStruct("NotConfirmed", { submissionId: text })

export const ResultReported = Schema.TaggedStruct("ResultReported", {
  submissionId: text,
  status: ReportedStatus,
  result: optional(ReportedResult)
})

export const IdentityVerified = Schema.TaggedStruct("IdentityVerified", {
  submissionId: text,
  verification: optional(Verification)
})

export const CertificateIssued = Schema.TaggedStruct("CertificateIssued", {
  submissionId: text,
  /** The certificate registration's id at the platform. */
  certificateRegistrationId: optional(text),
  processedAt: optional(text)
})

export const Rejected = Schema.TaggedStruct("Rejected", {
  submissionId: text,
  reasonCode: optional(text),
  verification: optional(Verification)
})

export const Failed = Schema.TaggedStruct("Failed", {
  submissionId: optional(text),
  reasonCode: optional(text),
  platformCode: optional(text),
  /** Who ended it: the platform's verdict on a submission, or we (a refusal, an outage sat out, a host that is not allowed). */
  by: Schema.Literals(["verdict", "refusal", "us"])
})

export const AttentionReason = Schema.Literal("another_submission")
export type AttentionReason = typeof AttentionReason.Type

/** An operator has to look: the platform's polls keep answering for a submission of the user that is not ours, and hide what became of ours. */
export const AttentionRaised = Schema.TaggedStruct("AttentionRaised", {
  /** Ours; where there is none, the other one. */
  submissionId: text,
  reason: AttentionReason
})

export const Withdrawn = Schema.TaggedStruct("Withdrawn", { reason: WithdrawalReason })
export const Expired = Schema.TaggedStruct("Expired", {})

/** The law wants the personal data kept until a time (RFC 3339, UTC, milliseconds): in force until `HoldEnded`. Another takes its place. */
export const HoldPlaced = Schema.TaggedStruct("HoldPlaced", { reason: text, until: text })
export const HoldEnded = Schema.TaggedStruct("HoldEnded", {})

/** Somebody asked for the erasure while a hold was in force: it is carried out once there is none. */
export const ErasureRequested = Schema.TaggedStruct("ErasureRequested", {})

/** From here on nothing opens the personal data; its key is destroyed by who follows the log. */
export const PersonalDataErased = Schema.TaggedStruct("PersonalDataErased", { reason: text })

export const RegistrationEvent = Schema.Union([
  Requested,
  CallStarted,
  UrlsIssued,
  UrlsRanOut,
  ImageUploaded,
  ImagesUploaded,
  Confirmed,
  NotConfirmed,
  ResultReported,
  IdentityVerified,
  CertificateIssued,
  Rejected,
  Failed,
  AttentionRaised,
  Withdrawn,
  Expired,
  HoldPlaced,
  HoldEnded,
  ErasureRequested,
  PersonalDataErased
])
export type RegistrationEvent = typeof RegistrationEvent.Type
export type EventOf<Tag extends RegistrationEvent["_tag"]> = Extract<RegistrationEvent, { readonly _tag: Tag }>
