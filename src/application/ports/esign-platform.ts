import { Context, type Effect, type Redacted, Schema } from "effect"
import type { Personal } from "../../domain/applicant/personal.ts"
import type { SubmissionResult } from "../../domain/registration/commands.ts"

export type PartnerUser = { readonly partnerUserId: string; readonly partnerUserIdType: string }

/** The claim does not hold any more: the registration ended, was erased, or another process took over. Nothing was sent. */
export class Superseded extends Schema.TaggedError<Superseded>()("Superseded", {}) {}

/** One logical call. */
export type Call = {
  readonly user: PartnerUser
  /** `x-partner-session-id`: the same in every transmission of this call (contract/esign-api §3). */
  readonly sessionId: string
  /** Looked at right before each transmission, the repeat after a 401 too. */
  readonly mayTransmit: Effect.Effect<void, Superseded>
}

export const Operation = Schema.Literals(["token", "urls", "confirm", "poll"])
export type Operation = typeof Operation.Type

/**
 * Worth another try. `effect` says what may have happened at the platform: `none` when nothing was sent or it was turned away
 * (401, 429), `unknown` otherwise.
 */
export class PlatformUnavailable extends Schema.TaggedError<PlatformUnavailable>()("PlatformUnavailable", {
  operation: Operation,
  effect: Schema.Literals(["none", "unknown"]),
  /** A word for logs: `timeout`, `http_503`, `ECONNREFUSED`, `unreadable_answer` and the like. */
  code: Schema.String,
  /** Milliseconds, from `Retry-After`. */
  retryAfter: Schema.optionalKey(Schema.Number)
}) {}

/** Refused for good (400, 403, 404 in the platform's envelope). */
export class PlatformRefused extends Schema.TaggedError<PlatformRefused>()("PlatformRefused", {
  operation: Operation,
  /** The `cause` where it is a word of capitals, digits and underscores; free text may repeat personal data. */
  reasonCode: Schema.optionalKey(Schema.String),
  platformCode: Schema.optionalKey(Schema.String)
}) {}

export type IssuedUrls = {
  readonly submissionId: string
  /** Milliseconds from the answer on. */
  readonly lifetime: number
  /** Bearer secrets: who has one may upload. */
  readonly urls: Redacted.Redacted<PresignedUrls>
}
export type PresignedUrls = { readonly ktp: string; readonly selfie: string }

export type PollAnswer =
  | ({ readonly _tag: "Known" } & SubmissionResult)
  /** 404, or a submission that was opened and never confirmed (contract/esign-api §4.5). */
  | { readonly _tag: "NotConfirmed" }
  /** The platform answers for another submission of this user than the one asked about. */
  | { readonly _tag: "AnotherSubmission"; readonly submissionId: string; readonly isConfirmed: boolean }

/** The Esign platform in our words. Tokens and wire formats stay in the adapter. */
export class EsignPlatform extends Context.Service<
  EsignPlatform,
  {
    readonly issueUrls: (call: Call) => Effect.Effect<IssuedUrls, PlatformUnavailable | PlatformRefused | Superseded>
    readonly confirm: (
      call: Call,
      submissionId: string,
      personal: Redacted.Redacted<Personal>
    ) => Effect.Effect<void, PlatformUnavailable | PlatformRefused | Superseded>
    /** Changes nothing at the platform. */
    readonly poll: (
      call: Call,
      submissionId: string
    ) => Effect.Effect<PollAnswer, PlatformUnavailable | PlatformRefused | Superseded>
  }
>()("certreg/application/ports/EsignPlatform") {}
