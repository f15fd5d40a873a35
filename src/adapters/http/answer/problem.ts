import type { Caller } from "../../../application/caller.ts"
import type { CursorExpired } from "../../../application/messages/read-feed.ts"
import { formatInstant } from "../../../domain/applicant/instant.ts"
import type { Attempt } from "../../../domain/registration/attempts.ts"
import type { RequestError } from "../request-errors.ts"
import type { RouteError } from "../routes/routes.ts"
import type { Answer } from "./answer.ts"
import { type Code, codes } from "./problem-codes.ts"
import { linkTo } from "./resource.ts"

export type ApiError = RouteError | RequestError

/** What an error is to the caller: never a value of the request, never anything of another tenant. */
type Problem = {
  readonly code: Code
  /** Where there is more to say than when the code is answered. */
  readonly detail?: string
  readonly headers?: Answer["headers"]
  readonly members?: { readonly [name: string]: unknown }
}

const unavailable: Problem = { code: "unavailable", headers: { "retry-after": "2" } }
const notFound: Problem = { code: "not_found" }
const erased: Problem = { code: "personal_data_erased" }
const internal: Problem = { code: "internal_error" }
const storageRefused: Problem = { code: "storage_refused" }

/** Another tenant's attempt is named neither by id nor by state: the departments share no more than the platform's user space. */
const attemptOf = (attempt: Attempt, caller: Caller | undefined, members: object = {}) =>
  attempt.state.request.tenant === caller?.tenant
    ? { members: { ...members, registrationId: attempt.id, registration: linkTo(attempt.id) } }
    : {}

const whyExpired: { readonly [W in CursorExpired["why"]]: string } = {
  another_log: "The cursor belongs to another log than this service has.",
  later_epoch: "The cursor was given in a later life of the log than this one, which was put back from a backup.",
  beyond_restore: "The log was put back from a backup since the cursor was given, to a point before it."
}

/** The one table from errors to answers: an error without a row does not compile. */
const problems: {
  readonly [Tag in ApiError["_tag"]]: (
    error: Extract<ApiError, { readonly _tag: Tag }>,
    caller: Caller | undefined
  ) => Problem
} = {
  MalformedMessage: ({ rule }) => ({ code: "invalid_parameter", detail: rule, headers: { connection: "close" } }),
  InvalidParameter: ({ rule }) => ({ code: "invalid_parameter", detail: rule }),
  MalformedJson: () => ({ code: "malformed_json" }),
  CallerGone: () => ({ code: "malformed_json", detail: "The body ended before it was complete." }),
  UploaderGone: () => ({ code: "invalid_parameter", detail: "The body has as many bytes as its Content-Length says." }),
  Unauthenticated: ({ challenge }) => ({
    code: "unauthenticated",
    detail: "Send valid credentials in the Authorization header, or where they were agreed on.",
    headers: { "www-authenticate": challenge }
  }),
  RateLimited: ({ seconds }) => ({
    code: "rate_limited",
    detail: "This client sends more requests than are taken; Retry-After says when it may go on.",
    headers: { "retry-after": String(seconds) }
  }),
  Overloaded: ({ seconds }) => ({
    code: "unavailable",
    detail: "More is asked at once than can be done in time. The same request may be sent again.",
    headers: { "retry-after": String(seconds) }
  }),
  TooManyStreams: () => ({
    code: "unavailable",
    detail: "As many event streams are open as this instance takes.",
    headers: { "retry-after": "5" }
  }),
  Forbidden: ({ scope }) => ({
    code: "forbidden",
    detail: `This needs a key with the scope ${scope}.`,
    members: { scope }
  }),
  NotFound: () => notFound,
  NoSuchRoute: () => ({ code: "not_found", detail: "There is no such route." }),
  MethodNotAllowed: ({ allow }) => ({
    code: "method_not_allowed",
    detail: "This route takes the methods that the Allow header names.",
    headers: { allow }
  }),
  UploadStalled: () => ({ code: "upload_stalled", detail: "No byte of the body came for 15 seconds." }),
  RequestTimeout: () => ({
    code: "upload_stalled",
    detail: "The request took too long to arrive.",
    headers: { connection: "close" }
  }),
  LengthRequired: () => ({ code: "length_required", detail: "Send the number of bytes in a Content-Length header." }),
  TooLarge: ({ limit }) => ({ code: "too_large", detail: `The body may have at most ${readable(limit)}.` }),
  UnsupportedMediaType: ({ rule }) => ({ code: "unsupported_media_type", detail: rule }),
  ValidationFailed: ({ errors }) => ({
    code: "validation_failed",
    detail: "Some fields are wrong: errors names each with the rule that it breaks.",
    members: { errors }
  }),
  IdempotencyKeyReused: () => ({ code: "idempotency_key_reused" }),
  ImageRefused: ({ reason, detail }) => ({ code: "image_refused", detail, members: { reason } }),
  SameAsOtherDocument: () => ({
    code: "image_refused",
    detail: "KTP and selfie are two different images.",
    members: { reason: "same_as_other_document" }
  }),
  RegistrationOpen: ({ attempt, state }, caller) => ({
    code: "registration_open",
    ...attemptOf(attempt, caller, { state })
  }),
  AlreadyIssued: ({ attempt }, caller) => ({
    code: "already_issued",
    ...attemptOf(attempt, caller)
  }),
  AttemptsExhausted: () => ({ code: "attempts_exhausted" }),
  WrongState: ({ state }) => ({ code: "wrong_state", members: { state } }),
  OnHold: ({ until }) => ({ code: "on_hold", members: { until: formatInstant(until) } }),
  DocumentExists: () => ({ code: "document_exists" }),
  CursorExpired: ({ why }) => ({
    code: "cursor_expired",
    detail: `${whyExpired[why]} Begin anew, without a cursor; what is known already has the same id.`
  }),
  PersonalDataErased: () => erased,
  DataErased: () => erased,
  StorageRefused: () => storageRefused,
  StorageHostRefused: () => storageRefused,
  TooManySubmissions: () => ({
    code: "storage_refused",
    detail: "The upload URLs ran out too often: no further ones are asked for, and an operator has to look."
  }),
  // Somebody else was faster, again and again; or a claim went to another process in between.
  RevisionConflict: () => unavailable,
  AlreadyRequested: () => unavailable,
  AnotherSubmission: () => unavailable,
  NotClaimed: () => unavailable,
  TryAgainLater: () => unavailable,
  EventStoreUnavailable: () => unavailable,
  VaultUnavailable: () => unavailable,
  ViewsUnavailable: () => unavailable,
  StorageUnavailable: () => unavailable,
  // A newer version, or an operator, can still put these right.
  UnreadableEvent: () => unavailable,
  LostEvent: () => unavailable,
  ChainBroken: () => unavailable,
  KeyMissing: () => unavailable,
  DoesNotOpen: () => internal,
  TooEarly: () => internal
}

const readable = (bytes: number): string =>
  bytes % (1024 * 1024) === 0 ? `${bytes / (1024 * 1024)} MiB` : `${bytes / 1024} KiB`

const answerOf = ({ code, detail, headers, members }: Problem, requestId: string): Answer => {
  const [status, title, meaning] = codes[code]
  return {
    status,
    headers: { ...headers, "content-type": "application/problem+json; charset=utf-8" },
    body: { type: `urn:certreg:problem:${code}`, title, status, detail: detail ?? meaning, code, requestId, ...members }
  }
}

/** The answer to an error (RFC 9457). */
export const problemAnswer = (error: ApiError, requestId: string, caller?: Caller): Answer => {
  const problem: (error: never, caller: Caller | undefined) => Problem = problems[error._tag]
  return answerOf(problem(error as never, caller), requestId)
}

/** The answer to a bug. */
export const internalAnswer = (requestId: string): Answer => answerOf(internal, requestId)
