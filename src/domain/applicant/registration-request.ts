import { Predicate, Result, Schema } from "effect"
import { Applicant } from "./applicant.ts"
import { Consents } from "./consent.ts"
import { distinct, type FieldError, fieldErrors } from "./field-error.ts"
import { Labels } from "./labels.ts"
import { PartnerUserId, PartnerUserIdType } from "./partner-user.ts"
import { Locale } from "./personal.ts"
import { brokenRules } from "./request-rules.ts"
import { struct } from "./struct.ts"

/** The body of a registration request (contract/service-api §2), with its defaults but the one that is configured. */
export const RegistrationRequest = struct(
  "A registration request is a JSON object.",
  { partnerUserId: PartnerUserId, applicant: Applicant, consents: Consents },
  {
    partnerUserIdType: PartnerUserIdType,
    locale: Locale,
    labels: Labels,
    renew: Schema.Boolean.annotate({
      message: "The field renew is true or false.",
      description: "Starts a new attempt although the user's certificate was issued before. Default: false."
    })
  },
  { locale: "id_ID", labels: {}, renew: false }
)
export type RegistrationRequest = typeof RegistrationRequest.Type

const decode = Schema.decodeUnknownResult(RegistrationRequest, { errors: "all", onExcessProperty: "error" })

// A list that is far too long is refused whatever stands at its end: a hundred thousand mistakes would take their time.
const shortened = (body: unknown): unknown => {
  if (!Predicate.isObject(body)) return body
  const { consents } = body
  return Array.isArray(consents) && consents.length > 100 ? { ...body, consents: consents.slice(0, 100) } : body
}

/** Parses the JSON value of a body; `now` is epoch milliseconds. Every wrong field is listed, each with the rule that it breaks. */
export const parseRegistrationRequest = (
  body: unknown,
  now: number
): Result.Result<RegistrationRequest, ReadonlyArray<FieldError>> => {
  const given = shortened(body)
  const decoded = decode(given)
  const broken = brokenRules(given, now)
  if (Result.isFailure(decoded)) return Result.fail(distinct([...fieldErrors(decoded.failure.issue), ...broken]))
  return broken.length === 0 ? Result.succeed(decoded.success) : Result.fail(broken)
}
