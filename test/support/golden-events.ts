import type { StoredName } from "../../src/domain/registration/event-codec.ts"
import type { RegistrationEvent } from "../../src/domain/registration/events.ts"

const registration = "7c1f62ad-5a3e-5d0b-9f27-3f6c1f0a9b11"
const submissionId = "0d8b5c1e-43f4-4a0e-9d6b-6b1f4c9d2a77"
const keyId = "0193640a-7c00-7e2b-8c5d-2f4a6b8c0d1e"
const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
const sealed = { keyId, nonce: "AAECAwQFBgcICQoL", box: "3q2+7wABAgMEBQYHCAkKCwwNDg8=" }
const claim = { try: 1, sessionId: "953cc770-d1be-5846-a834-71fbe1c6e550", owner: "certreg-1" }

const requested = {
  tenant: "acme",
  partnerUserId: "user-42",
  partnerUserIdType: "ACME_USER_ID",
  attempt: 1,
  labels: {},
  personal: sealed,
  fingerprint: sha256,
  warnings: []
}

/** What each golden file (`test/golden/<stored name>.json`) says, in today's shape: the most and the least that an event can hold. */
export const goldenEvents: Record<StoredName, ReadonlyArray<RegistrationEvent>> = {
  "Requested.v1": [
    {
      _tag: "Requested",
      ...requested,
      labels: { campaign: "onboarding-q4", "kota.asal": "Jayapura “timur” 𝄞" },
      idempotencyKey: sha256,
      warnings: [{ code: "nik_birth_date_mismatch", path: "applicant.dateOfBirth" }]
    },
    { _tag: "Requested", ...requested }
  ],
  "CallStarted.v1": [
    { _tag: "CallStarted", call: "urls", ...claim, try: 0 },
    { _tag: "CallStarted", call: "confirm", ...claim },
    { _tag: "CallStarted", call: "upload", ...claim, document: "selfie", sha256, submissionId }
  ],
  "UrlsIssued.v1": [{ _tag: "UrlsIssued", submissionId, expiresAt: "2026-11-30T10:00:00.000Z", urls: sealed }],
  "UrlsRanOut.v1": [{ _tag: "UrlsRanOut", submissionId }],
  "ImageUploaded.v1": [
    {
      _tag: "ImageUploaded",
      submissionId,
      document: "ktp",
      sha256,
      size: 48_211,
      mediaType: "image/jpeg",
      via: "service"
    },
    {
      _tag: "ImageUploaded",
      submissionId,
      document: "selfie",
      sha256,
      size: 10_485_760,
      mediaType: "image/png",
      via: "direct"
    }
  ],
  "ImagesUploaded.v1": [{ _tag: "ImagesUploaded", submissionId }],
  "Confirmed.v1": [
    { _tag: "Confirmed", submissionId, knownBy: "answer" },
    { _tag: "Confirmed", submissionId, knownBy: "poll" }
  ],
  "AttentionRaised.v1": [{ _tag: "AttentionRaised", submissionId, reason: "another_submission" }],
  "NotConfirmed.v1": [{ _tag: "NotConfirmed", submissionId }],
  "ResultReported.v1": [
    { _tag: "ResultReported", submissionId, status: "PARTIALLY_COMPLETED", result: "VALID" },
    { _tag: "ResultReported", submissionId, status: "UNKNOWN", result: "UNKNOWN" },
    { _tag: "ResultReported", submissionId, status: "ERROR" }
  ],
  "IdentityVerified.v1": [
    {
      _tag: "IdentityVerified",
      submissionId,
      verification: { nik: "PASS", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" }
    },
    { _tag: "IdentityVerified", submissionId }
  ],
  "CertificateIssued.v1": [
    {
      _tag: "CertificateIssued",
      submissionId,
      certificateRegistrationId: registration,
      processedAt: "2026-05-08T10:30:00Z"
    },
    { _tag: "CertificateIssued", submissionId }
  ],
  "Rejected.v1": [
    {
      _tag: "Rejected",
      submissionId,
      reasonCode: "DUKCAPIL_REJECTED",
      verification: { nik: "FAIL", selfie: "PASS" }
    },
    { _tag: "Rejected", submissionId }
  ],
  "Failed.v1": [
    { _tag: "Failed", submissionId, reasonCode: "SYSTEM_ERROR", platformCode: "900", by: "refusal" },
    { _tag: "Failed", submissionId, by: "verdict" },
    { _tag: "Failed", reasonCode: "platform_unreachable", by: "us" }
  ],
  "Withdrawn.v1": [
    { _tag: "Withdrawn", reason: "consent_withdrawn" },
    { _tag: "Withdrawn", reason: "applicant_request" },
    { _tag: "Withdrawn", reason: "other" }
  ],
  "Expired.v1": [{ _tag: "Expired" }],
  "HoldPlaced.v1": [{ _tag: "HoldPlaced", reason: "court order 17/2026", until: "2027-11-25T10:00:00.000Z" }],
  "HoldEnded.v1": [{ _tag: "HoldEnded" }],
  "ErasureRequested.v1": [{ _tag: "ErasureRequested" }],
  "PersonalDataErased.v1": [{ _tag: "PersonalDataErased", reason: "subject_request" }]
}
