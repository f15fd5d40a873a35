import type { CommandOf, RegistrationCommand } from "../../src/domain/registration/commands.ts"
import type { Document } from "../../src/domain/registration/events.ts"
import { requested, sealed } from "./registration-events.ts"

const { _tag, ...request } = requested
const by = (owner: string, sessionId: string) => ({ owner, sessionId })

/** The commands behind the events of `registration-events.ts`, about submission `s<n>`. */
export const requestIt: RegistrationCommand = { _tag: "Request", request }
export const claimUrls = (n = 1, owner = "p1"): CommandOf<"ClaimUrls"> => ({
  _tag: "ClaimUrls",
  try: n - 1,
  ...by(owner, `urls-${n - 1}`)
})
export const recordUrls = (n = 1, id = `s${n}`): CommandOf<"RecordUrls"> => ({
  _tag: "RecordUrls",
  try: n - 1,
  submissionId: id,
  expiresAt: "2026-11-30T10:00:00.000Z",
  urls: sealed()
})
export const recordRanOut = (n = 1): RegistrationCommand => ({ _tag: "RecordRanOut", submissionId: `s${n}` })
export const claimUpload = (document: Document, sha256: string, n = 1, owner = "p1"): CommandOf<"ClaimUpload"> => ({
  _tag: "ClaimUpload",
  submissionId: `s${n}`,
  document,
  sha256,
  ...by(owner, `upload-${n}`)
})
const image = (sha256: string) => ({ sha256, size: 48_211, mediaType: "image/jpeg" }) as const
export const recordImage = (document: Document, sha256: string, n = 1): CommandOf<"RecordImage"> => ({
  _tag: "RecordImage",
  submissionId: `s${n}`,
  document,
  ...image(sha256)
})
export const recordDocuments = (ktp: string, selfie: string, n = 1): CommandOf<"RecordDocuments"> => ({
  _tag: "RecordDocuments",
  submissionId: `s${n}`,
  documents: { ktp: image(ktp), selfie: image(selfie) }
})
export const claimConfirm = (n = 1, owner = "p1"): CommandOf<"ClaimConfirm"> => ({
  _tag: "ClaimConfirm",
  submissionId: `s${n}`,
  ...by(owner, `confirm-${n}`)
})
export const recordConfirmed = (n = 1): RegistrationCommand => ({
  _tag: "RecordConfirmed",
  submissionId: `s${n}`,
  knownBy: "answer"
})
export const recordNotConfirmed = (n = 1): RegistrationCommand => ({
  _tag: "RecordNotConfirmed",
  submissionId: `s${n}`
})
export const reportResult = (report: Omit<CommandOf<"ReportResult">, "_tag" | "submissionId">, n = 1) =>
  ({ _tag: "ReportResult", submissionId: `s${n}`, ...report }) as const satisfies RegistrationCommand
export const recordResult = (result: Omit<CommandOf<"RecordResult">["result"], "submissionId">, n = 1) =>
  ({ _tag: "RecordResult", result: { submissionId: `s${n}`, ...result } }) as const satisfies RegistrationCommand
export const refuseUrls = (n = 1): RegistrationCommand => ({ _tag: "RecordRefusal", try: n - 1, reasonCode: "CAUSE" })
export const refuseConfirm = (n = 1, owner = "p1"): RegistrationCommand => ({
  _tag: "RecordRefusal",
  submissionId: `s${n}`,
  owner,
  reasonCode: "CAUSE",
  platformCode: "1653"
})
export const refuseHost = (n = 1): RegistrationCommand => ({ _tag: "RefuseStorageHost", submissionId: `s${n}` })
export const raiseAttention = (n = 1): RegistrationCommand => ({
  _tag: "RaiseAttention",
  submissionId: `s${n}`,
  reason: "another_submission"
})
export const giveUp: RegistrationCommand = { _tag: "GiveUp" }
export const withdraw: RegistrationCommand = { _tag: "Withdraw", reason: "applicant_request" }
export const expire = (at: number, uploadWindow: number): RegistrationCommand => ({ _tag: "Expire", at, uploadWindow })
export const placeHold = (until: number, reason = "court order"): RegistrationCommand => ({
  _tag: "PlaceHold",
  reason,
  until
})
/** With a time that can be trusted, or on request. */
export const endHold = (at?: number): RegistrationCommand => ({ _tag: "EndHold", ...(at === undefined ? {} : { at }) })
export const erase: RegistrationCommand = { _tag: "Erase" }
export const eraseAt = (at: number): RegistrationCommand => ({ _tag: "Erase", at })
export const eraseWhenDue = (at: number, eraseAfter?: number): RegistrationCommand => ({
  _tag: "EraseWhenDue",
  at,
  eraseAfter
})
export const recordErased: RegistrationCommand = { _tag: "RecordErased" }
