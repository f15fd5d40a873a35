import type { Document, EventOf, RegistrationEvent, Sealed } from "../../src/domain/registration/events.ts"

export const sealed = (keyId = "key-1"): Sealed => ({ keyId, nonce: "bm9uY2U=", box: "Ym94" })

export const requested: EventOf<"Requested"> = {
  _tag: "Requested",
  tenant: "acme",
  partnerUserId: "user-42",
  partnerUserIdType: "ACME_USER_ID",
  attempt: 1,
  labels: { campaign: "q4" },
  personal: sealed(),
  fingerprint: "f1",
  warnings: []
}

/** Claims and outcomes of submission `s<n>`, opened by the URL call of try `n - 1`; made by the process `p1` unless said otherwise. */
export const urlsClaimed = (n = 1, owner = "p1"): EventOf<"CallStarted"> => ({
  _tag: "CallStarted",
  call: "urls",
  try: n - 1,
  sessionId: `urls-${n - 1}`,
  owner
})
export const urlsIssued = (n = 1): EventOf<"UrlsIssued"> => ({
  _tag: "UrlsIssued",
  submissionId: `s${n}`,
  expiresAt: "2026-11-30T10:00:00.000Z",
  urls: sealed()
})
export const urlsRanOut = (n = 1): EventOf<"UrlsRanOut"> => ({ _tag: "UrlsRanOut", submissionId: `s${n}` })
export const uploadClaimed = (document: Document, sha256: string, n = 1, owner = "p1"): EventOf<"CallStarted"> => ({
  _tag: "CallStarted",
  call: "upload",
  try: n,
  sessionId: `upload-${n}`,
  owner,
  document,
  sha256,
  submissionId: `s${n}`
})
export const imageUploaded = (
  document: Document,
  sha256: string,
  n = 1,
  via: EventOf<"ImageUploaded">["via"] = "service"
): EventOf<"ImageUploaded"> => ({
  _tag: "ImageUploaded",
  submissionId: `s${n}`,
  document,
  sha256,
  size: 48_211,
  mediaType: "image/jpeg",
  via
})
export const imagesUploaded = (n = 1): EventOf<"ImagesUploaded"> => ({ _tag: "ImagesUploaded", submissionId: `s${n}` })
export const confirmClaimed = (n = 1, owner = "p1"): EventOf<"CallStarted"> => ({
  _tag: "CallStarted",
  call: "confirm",
  try: n,
  sessionId: `confirm-${n}`,
  owner
})
export const confirmed = (knownBy: "answer" | "poll" = "answer"): EventOf<"Confirmed"> => ({
  _tag: "Confirmed",
  submissionId: "s1",
  knownBy
})
export const notConfirmed: EventOf<"NotConfirmed"> = { _tag: "NotConfirmed", submissionId: "s1" }
export const attentionRaised: EventOf<"AttentionRaised"> = {
  _tag: "AttentionRaised",
  submissionId: "s1",
  reason: "another_submission"
}
export const reported = (
  status: EventOf<"ResultReported">["status"],
  result?: "VALID" | "INVALID"
): EventOf<"ResultReported"> => ({
  _tag: "ResultReported",
  submissionId: "s1",
  status,
  ...(result ? { result } : {})
})
export const verified: EventOf<"IdentityVerified"> = { _tag: "IdentityVerified", submissionId: "s1" }
export const issued: EventOf<"CertificateIssued"> = {
  _tag: "CertificateIssued",
  submissionId: "s1",
  certificateRegistrationId: "c1",
  processedAt: "2026-11-25T10:20:00Z"
}
export const rejected: EventOf<"Rejected"> = {
  _tag: "Rejected",
  submissionId: "s1",
  reasonCode: "NOT_EKTP",
  verification: { nik: "FAIL" }
}
export const errorReported: EventOf<"Failed"> = {
  _tag: "Failed",
  submissionId: "s1",
  reasonCode: "SYSTEM_ERROR",
  by: "verdict"
}
export const confirmRefused: EventOf<"Failed"> = {
  _tag: "Failed",
  submissionId: "s1",
  reasonCode: "CAUSE",
  platformCode: "1653",
  by: "refusal"
}
export const urlsRefused: EventOf<"Failed"> = { _tag: "Failed", reasonCode: "CAUSE", by: "refusal" }
export const givenUp: EventOf<"Failed"> = { _tag: "Failed", reasonCode: "platform_unreachable", by: "us" }
export const withdrawn: EventOf<"Withdrawn"> = { _tag: "Withdrawn", reason: "applicant_request" }
export const expired: EventOf<"Expired"> = { _tag: "Expired" }
/** In force until `start` of `given.ts` and so many days. */
export const holdPlaced = (days = 1, reason = "court order"): EventOf<"HoldPlaced"> => ({
  _tag: "HoldPlaced",
  reason,
  until: new Date(Date.parse("2026-11-25T10:00:00.000Z") + days * 86_400_000).toISOString()
})
export const holdEnded: EventOf<"HoldEnded"> = { _tag: "HoldEnded" }
export const erasureRequested: EventOf<"ErasureRequested"> = { _tag: "ErasureRequested" }
export const erased: EventOf<"PersonalDataErased"> = { _tag: "PersonalDataErased", reason: "subject_request" }

const asking = [requested, urlsClaimed()]
const awaiting = [...asking, urlsIssued()]
const halfway = [...awaiting, uploadClaimed("ktp", "k"), imageUploaded("ktp", "k")]
const ready = [...halfway, uploadClaimed("selfie", "s"), imageUploaded("selfie", "s"), imagesUploaded()]
const confirming = [...ready, confirmClaimed()]
const awaitingVerdict = [...confirming, confirmed()]
const identityVerified = [...awaitingVerdict, verified]

/** One history for each state that a registration can be in, and for what an end can leave open. */
export const histories = {
  initial: [],
  requested: [requested],
  asking,
  awaiting,
  renewing: [...awaiting, urlsClaimed(2)],
  ranOut: [...awaiting, urlsRanOut()],
  halfway,
  ready,
  confirming,
  awaitingVerdict,
  hidden: [...awaitingVerdict, attentionRaised],
  identityVerified,
  issued: [...awaitingVerdict, issued],
  rejected: [...awaitingVerdict, rejected],
  errorReported: [...awaitingVerdict, errorReported],
  urlsRefused: [...asking, urlsRefused],
  confirmRefused: [...confirming, confirmRefused],
  givenUpAsking: [...asking, givenUp],
  givenUp: [...confirming, givenUp],
  givenUpIssued: [...confirming, givenUp, issued],
  withdrawnEarly: [requested, withdrawn],
  withdrawnAwaiting: [...halfway, withdrawn],
  withdrawnConfirming: [...confirming, withdrawn],
  withdrawnConfirmed: [...awaitingVerdict, withdrawn],
  withdrawnHidden: [...awaitingVerdict, attentionRaised, withdrawn],
  withdrawnRejected: [...awaitingVerdict, withdrawn, rejected],
  withdrawnNotConfirmed: [...confirming, withdrawn, notConfirmed],
  expired: [...halfway, expired],
  erased: [...awaiting, withdrawn, erased]
} as const satisfies Record<string, ReadonlyArray<RegistrationEvent>>
export type HistoryName = keyof typeof histories
export const historyNames = Object.keys(histories) as ReadonlyArray<HistoryName>
