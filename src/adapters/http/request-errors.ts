import type { FieldError } from "../../domain/applicant/field-error.ts"

/** What is wrong with a request itself, before any use case sees it (contract/service-api §1). */
export type RequestError =
  | Unauthenticated
  | RateLimited
  | Overloaded
  | TooManyStreams
  | { readonly _tag: "Forbidden"; readonly scope: string }
  | { readonly _tag: "NoSuchRoute" }
  | { readonly _tag: "MethodNotAllowed"; readonly allow: string }
  | MalformedMessage
  | InvalidParameter
  | MalformedJson
  | ValidationFailed
  | { readonly _tag: "LengthRequired" }
  | TooLarge
  | UnsupportedMediaType
  | CallerGone
  /** The request as a whole did not arrive in time; the connection ends with the answer. */
  | { readonly _tag: "RequestTimeout" }

/** `challenge` is what `WWW-Authenticate` says. */
export type Unauthenticated = { readonly _tag: "Unauthenticated"; readonly challenge: string }
/** Seconds after which the client may ask again. */
export type RateLimited = { readonly _tag: "RateLimited"; readonly seconds: number }
/** It was not begun: it could not be done in time. Seconds after which it may come again. */
export type Overloaded = { readonly _tag: "Overloaded"; readonly seconds: number }
/** So many event streams are open that no more is taken. */
export type TooManyStreams = { readonly _tag: "TooManyStreams" }
/** No request as HTTP knows it; `rule` says what one has. The connection ends with the answer. */
export type MalformedMessage = { readonly _tag: "MalformedMessage"; readonly rule: string }
/** `rule` names the parameter and what it takes, never what came. */
export type InvalidParameter = { readonly _tag: "InvalidParameter"; readonly rule: string }
export type MalformedJson = { readonly _tag: "MalformedJson" }
export type ValidationFailed = { readonly _tag: "ValidationFailed"; readonly errors: ReadonlyArray<FieldError> }
/** Bytes that a body may have. */
export type TooLarge = { readonly _tag: "TooLarge"; readonly limit: number }
export type UnsupportedMediaType = { readonly _tag: "UnsupportedMediaType"; readonly rule: string }
/** The caller went away before its request was complete: nobody reads the answer. */
export type CallerGone = { readonly _tag: "CallerGone" }

export const invalidParameter = (rule: string): InvalidParameter => ({ _tag: "InvalidParameter", rule })
export const unsupportedMediaType = (rule: string): UnsupportedMediaType => ({ _tag: "UnsupportedMediaType", rule })
