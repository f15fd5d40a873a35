import type {
  AttentionReason,
  Document,
  EventOf,
  MediaType,
  ReportedResult,
  ReportedStatus,
  Sealed,
  Verification,
  WithdrawalReason
} from "./events.ts"
import type { Instant } from "./registration.ts"

/** What is known of an image; the hash in lower-case hex, the size in bytes. */
export type ImageFacts = { readonly sha256: string; readonly size: number; readonly mediaType: MediaType }

type Call = { readonly sessionId: string; readonly owner: string }

/** What the platform itself says of a submission when it is asked; its words as far as they are known. */
export type SubmissionResult = {
  readonly submissionId: string
  readonly status: ReportedStatus
  readonly result?: ReportedResult
  readonly reasonCode?: string
  readonly verification?: Verification
  readonly certificateRegistrationId?: string
  /** RFC 3339, as the platform gave it. */
  readonly processedAt?: string
}

export type RegistrationCommand =
  | { readonly _tag: "Request"; readonly request: Omit<EventOf<"Requested">, "_tag"> }
  | ({ readonly _tag: "ClaimUrls"; readonly try: number } & Call)
  | {
      readonly _tag: "RecordUrls"
      readonly try: number
      readonly submissionId: string
      /** RFC 3339. */
      readonly expiresAt: string
      readonly urls: Sealed
    }
  /** The URLs of a submission were found to have run out, and are not replaced at once. */
  | { readonly _tag: "RecordRanOut"; readonly submissionId: string }
  | ({
      readonly _tag: "ClaimUpload"
      readonly submissionId: string
      readonly document: Document
      readonly sha256: string
    } & Call)
  | ({ readonly _tag: "RecordImage"; readonly submissionId: string; readonly document: Document } & ImageFacts)
  | {
      /** Both images are at the storage, the caller says. */
      readonly _tag: "RecordDocuments"
      readonly submissionId: string
      readonly documents: { readonly [D in Document]: ImageFacts }
    }
  | ({ readonly _tag: "ClaimConfirm"; readonly submissionId: string } & Call)
  | { readonly _tag: "RecordConfirmed"; readonly submissionId: string; readonly knownBy: "answer" | "poll" }
  | { readonly _tag: "RecordNotConfirmed"; readonly submissionId: string }
  | {
      readonly _tag: "ReportResult"
      readonly submissionId: string
      readonly status: ReportedStatus
      readonly result?: ReportedResult
    }
  | {
      readonly _tag: "RecordResult"
      readonly result: SubmissionResult
      /** Of a confirmation that the platform knows, and the log may have forgotten. */
      readonly claim?: Call
    }
  | ({
      /** The platform refused a claimed call for good, or answered it with URLs that may not be called: the URL call of a try, or the confirm of a submission. */
      readonly _tag: "RecordRefusal"
      readonly reasonCode: string
      readonly platformCode?: string
    } & (
      | { readonly try: number }
      /** `owner`: whose transmission was refused. */
      | { readonly submissionId: string; readonly owner: string }
    ))
  /** Found out when its first byte was to be sent: the URLs have a name that may be called, and an address that may not. */
  | { readonly _tag: "RefuseStorageHost"; readonly submissionId: string }
  /** What became of its submission nobody can find out; before it has one, what became of the one that is named, and that the log has forgotten. */
  | { readonly _tag: "RaiseAttention"; readonly submissionId: string; readonly reason: AttentionReason }
  | { readonly _tag: "GiveUp" }
  | { readonly _tag: "Withdraw"; readonly reason: WithdrawalReason }
  | { readonly _tag: "Expire"; readonly at: Instant; readonly uploadWindow: number }
  /** The law wants the personal data kept until then. */
  | { readonly _tag: "PlaceHold"; readonly reason: string; readonly until: Instant }
  /** On request; with `at`, a time that can be trusted, because its time is over. */
  | { readonly _tag: "EndHold"; readonly at?: Instant }
  /** Somebody asks for the erasure. `at`: a time that can be trusted, where there is one: a hold whose time is over by then ends. */
  | { readonly _tag: "Erase"; readonly at?: Instant }
  /** What was asked for during a hold; else, with `eraseAfter`, because it ended that long before `at`. */
  | { readonly _tag: "EraseWhenDue"; readonly at: Instant; readonly eraseAfter?: number | undefined }
  /** Its key was destroyed, and the log has forgotten it. */
  | { readonly _tag: "RecordErased" }

export type CommandOf<Tag extends RegistrationCommand["_tag"]> = Extract<RegistrationCommand, { readonly _tag: Tag }>
