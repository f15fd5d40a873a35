import { Option, Redacted, Schema } from "effect"
import type { IssuedUrls } from "../../application/ports/esign-platform.ts"
import { causeOf, Id, lenient, platformCodeOf } from "./lenient.ts"

/** A reader of bodies that say `success` and carry this `data` (contract/esign-api §2). */
export const dataReader = <Data extends Schema.ConstraintDecoder<unknown>>(data: Data) => {
  const decode: (envelope: unknown) => Option.Option<{ readonly data: Data["Type"] }> = Schema.decodeUnknownOption(
    Schema.Struct({ success: Schema.Literal(true), data: data as Schema.ConstraintDecoder<unknown> })
  )
  return (body: string): Option.Option<Data["Type"]> => Option.map(decode(parse(body)), (envelope) => envelope.data)
}

/** undefined: not JSON. The error of `JSON.parse` repeats the text, so it goes no further. */
const parse = (body: string): unknown => {
  try {
    return JSON.parse(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body)
  } catch {
    return undefined
  }
}

const PlatformError = Schema.Struct({ code: lenient(platformCodeOf), cause: lenient(causeOf) })
const Refusal = Schema.Struct({
  success: Schema.Literal(false),
  errors: Schema.TupleWithRest(Schema.Tuple([PlatformError]), [Schema.Unknown])
})
const decodeRefusal = Schema.decodeUnknownOption(Refusal)

/** The first error of a refusal; none: not the platform's envelope. */
export const readRefusal = (body: string): Option.Option<typeof PlatformError.Type> =>
  Option.map(decodeRefusal(parse(body)), ({ errors }) => errors[0])

const maxSeconds = 1e9
const secondsOf = (given: unknown): number | undefined => {
  const seconds = typeof given === "string" && given.trim() !== "" ? Number(given) : given
  return typeof seconds === "number" && seconds >= 0 && seconds <= maxSeconds ? seconds : undefined
}

/** Both in seconds, for when the answer does not say (contract/esign-api §4.1, §4.2). */
const [usualTokenLife, usualUrlLife] = [1800, 432_000]

export type IssuedToken = { readonly token: string; readonly lifetime: number }

const decodeToken = dataReader(
  Schema.Struct({
    token: Schema.String.check(Schema.isPattern(/^[!-~]{1,8192}$/)),
    expiry_seconds: lenient(secondsOf)
  })
)
/** `lifetime` in milliseconds from the answer on. */
export const readToken = (body: string): Option.Option<IssuedToken> =>
  Option.map(decodeToken(body), ({ token, expiry_seconds = usualTokenLife }) => ({
    token,
    lifetime: expiry_seconds * 1000
  }))

const IssuedDocument = Schema.Struct({
  // Whether it may be called, or is a URL at all, is not the platform's to say.
  documentUrl: Schema.NonEmptyString,
  expiryInSeconds: lenient(secondsOf)
})
const decodeUrls = dataReader(
  Schema.Struct({ submissionId: Id, documents: Schema.Struct({ KTP: IssuedDocument, SELFIE: IssuedDocument }) })
)
export const readUrls = (body: string): Option.Option<IssuedUrls> =>
  Option.map(decodeUrls(body), ({ submissionId, documents: { KTP, SELFIE } }) => ({
    submissionId,
    lifetime: 1000 * Math.min(KTP.expiryInSeconds ?? usualUrlLife, SELFIE.expiryInSeconds ?? usualUrlLife),
    urls: Redacted.make({ ktp: KTP.documentUrl, selfie: SELFIE.documentUrl })
  }))

const decodeConfirmed = dataReader(Schema.Struct({ submissionId: Id }))
/** An answer about another submission says nothing of ours. */
export const readConfirmed = (body: string, asked: string): Option.Option<unknown> =>
  Option.filter(decodeConfirmed(body), ({ submissionId }) => submissionId === asked.toLowerCase())
