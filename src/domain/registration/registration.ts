import type { AttentionReason, Document, EventOf, Sealed, Verification } from "./events.ts"

/** Milliseconds since 1970, UTC. */
export type Instant = number

/** The claim of a platform call: whoever appended it makes the call, nobody else. */
export type Claim = {
  readonly try: number
  readonly owner: string
  readonly at: Instant
  /** The first claim of this try: since then the call is waited for, whoever makes it now. */
  readonly since: Instant
}
export type UploadClaim = Claim & { readonly sha256: string }
/** What the platform saw of its transmissions. */
export type ConfirmClaim = Claim & { readonly sessionId: string }
/** Why an operator has to look, and since when. */
export type Raised = { readonly reason: AttentionReason; readonly since: Instant }

export type Image = Omit<EventOf<"ImageUploaded">, "_tag" | "submissionId" | "document"> & { readonly at: Instant }

export type Submission = {
  readonly id: string
  readonly expiresAt: Instant
  /** Since when it is known that its URLs ran out, whatever `expiresAt` says. */
  readonly ranOutAt?: Instant
  readonly urls: Sealed
  readonly images: { readonly [D in Document]?: Image }
  readonly uploads: { readonly [D in Document]?: UploadClaim }
}

/** A confirmation that was, or may have been, sent; what was said of it since. */
export type Confirmation = {
  readonly claim: ConfirmClaim
  readonly confirmedAt?: Instant
  readonly reports: ReadonlyArray<{ readonly status: string; readonly result?: string }>
  /** Why its verdict cannot be found out. */
  readonly attention?: Raised
}

export type Certificate = { readonly registrationId?: string; readonly issuedAt: Instant }
export type Rejection = { readonly reasonCode?: string; readonly verification?: Verification }
export type Failure = { readonly reasonCode?: string; readonly platformCode?: string }

/** The platform's last word on a submission. */
export type Verdict =
  | { readonly _tag: "Issued"; readonly certificate: Certificate }
  | { readonly _tag: "Rejected"; readonly rejection: Rejection }
  | { readonly _tag: "Error"; readonly failure: Failure }

/** A legal hold that is in force; `until` is when its time is over. */
export type Hold = { readonly reason: string; readonly until: Instant }

type Common = {
  readonly request: Omit<EventOf<"Requested">, "_tag">
  readonly requestedAt: Instant
  readonly updatedAt: Instant
  readonly erased: boolean
  /** Number of `UrlsIssued` so far: the `try` of the next claim. */
  readonly submissions: number
  /** A URL call that is claimed and has no outcome yet; of an ended registration: had none when it ended. */
  readonly urlsCall?: Claim
  /** Why it cannot be found out whether a confirmation is out that the log knows nothing of. */
  readonly attention?: Raised
  /** While it is in force the personal data stays. */
  readonly hold?: Hold
  /** The erasure was asked for during a hold, and is to be carried out once there is none. */
  readonly erasureRequested?: { readonly at: Instant }
}
type End = Common & { readonly endedAt: Instant }
type Late = { readonly submission?: Submission; readonly pending?: Confirmation; readonly verdict?: Verdict }

export type Initial = { readonly _tag: "Initial" }
export type Requested = Common & { readonly _tag: "Requested" }
export type AwaitingImages = Common & { readonly _tag: "AwaitingImages"; readonly submission: Submission }
export type ReadyToConfirm = Common & {
  readonly _tag: "ReadyToConfirm"
  readonly submission: Submission
  readonly confirmation?: Confirmation
}
export type AwaitingVerdict = Common & {
  readonly _tag: "AwaitingVerdict"
  readonly submission: Submission
  readonly confirmation: Confirmation
}
export type IdentityVerified = Omit<AwaitingVerdict, "_tag"> & {
  readonly _tag: "IdentityVerified"
  readonly verification?: Verification
}
export type Issued = End & {
  readonly _tag: "Issued"
  readonly submission: Submission
  readonly certificate: Certificate
}
export type Rejected = End & {
  readonly _tag: "Rejected"
  readonly submission: Submission
  readonly rejection: Rejection
}
/** `pending` while the verdict on a confirmation is unknown, `verdict` once it came: the state stays. */
export type Failed = End & Late & { readonly _tag: "Failed"; readonly failure: Failure }
export type Withdrawn = End & Late & { readonly _tag: "Withdrawn"; readonly reason: string }
export type Expired = End & { readonly _tag: "Expired"; readonly submission?: Submission }

export type Open = Requested | AwaitingImages | ReadyToConfirm | AwaitingVerdict | IdentityVerified
export type Ended = Issued | Rejected | Failed | Withdrawn | Expired
/** A registration that exists. */
export type Registration = Open | Ended
export type State = Initial | Registration

/** The first submission and five more. */
export const maxSubmissions = 6

export const initial: Initial = { _tag: "Initial" }

export const stateNames = {
  Requested: "requested",
  AwaitingImages: "awaiting_images",
  ReadyToConfirm: "ready_to_confirm",
  AwaitingVerdict: "awaiting_verdict",
  IdentityVerified: "identity_verified",
  Issued: "issued",
  Rejected: "rejected",
  Failed: "failed",
  Withdrawn: "withdrawn",
  Expired: "expired"
} as const satisfies Record<Registration["_tag"], string>
export type StateName = (typeof stateNames)[Registration["_tag"]]

const ends: ReadonlySet<State["_tag"]> = new Set<Ended["_tag"]>([
  "Issued",
  "Rejected",
  "Failed",
  "Withdrawn",
  "Expired"
])
export const isEnded = (state: State): state is Ended => ends.has(state._tag)

export const submissionOf = (state: State): Submission | undefined =>
  "submission" in state ? state.submission : undefined

/** The URL call whose outcome is unknown, if one is out; of an ended registration: if one was when it ended. */
export const urlsCallOf = (state: State): Claim | undefined => ("urlsCall" in state ? state.urlsCall : undefined)

/** Whether its URLs are known to have run out: by the clock, or because the storage said so. */
export const hasRunOut = ({ expiresAt, ranOutAt }: Submission, now: Instant): boolean =>
  now >= expiresAt || ranOutAt !== undefined

/** The confirmation whose verdict is unknown, if one is out. */
export const confirmationOf = (state: State): Confirmation | undefined => {
  switch (state._tag) {
    case "ReadyToConfirm":
    case "AwaitingVerdict":
    case "IdentityVerified":
      return state.confirmation
    case "Failed":
    case "Withdrawn":
      return state.pending
    default:
      return undefined
  }
}

/** Ended, and no confirmation of unknown result is out: only then may the user's next attempt start. */
export const isSettled = (state: State): boolean => isEnded(state) && confirmationOf(state) === undefined

/** The certificate of this registration, also one that came after its end. */
export const certificateOf = (state: State): Certificate | undefined => {
  if (state._tag === "Issued") return state.certificate
  const verdict = "verdict" in state ? state.verdict : undefined
  return verdict?._tag === "Issued" ? verdict.certificate : undefined
}
