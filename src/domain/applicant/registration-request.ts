import { Result, Schema } from "effect"
import { type FieldError, fieldErrors } from "./field-error.ts"
import { Labels } from "./labels.ts"
import { optional, optionalOr } from "./optional.ts"
import { PartnerUserId, PartnerUserIdType } from "./partner-user.ts"
import { Personal } from "./personal.ts"
import { brokenRules } from "./request-rules.ts"

/** The body of a registration request (contract/service-api §2), with its defaults but the one that is configured. */
export const RegistrationRequest = Schema.Struct({
  partnerUserId: PartnerUserId,
  partnerUserIdType: optional(PartnerUserIdType),
  ...Personal.fields,
  labels: optionalOr(Labels, {}),
  renew: optionalOr(Schema.Boolean.annotate({ message: "renew is true or false." }), false)
}).annotate({ message: "A registration request is a JSON object." })
export type RegistrationRequest = typeof RegistrationRequest.Type

const decode = Schema.decodeUnknownResult(RegistrationRequest, { errors: "all", onExcessProperty: "error" })

/** Parses the JSON value of a body; `now` is epoch milliseconds. Every wrong field is listed, each with the rule that it breaks. */
export const parseRegistrationRequest = (
  body: unknown,
  now: number
): Result.Result<RegistrationRequest, ReadonlyArray<FieldError>> => {
  const decoded = decode(body)
  const broken = brokenRules(body, now)
  if (Result.isSuccess(decoded)) return broken.length === 0 ? Result.succeed(decoded.success) : Result.fail(broken)
  const errors = fieldErrors(decoded.failure.issue)
  const isTold = (one: FieldError) => errors.some(({ path, message }) => path === one.path && message === one.message)
  return Result.fail([...errors, ...broken.filter((one) => !isTold(one))])
}
