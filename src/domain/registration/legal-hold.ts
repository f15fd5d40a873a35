import { Result, Schema } from "effect"
import { distinct, type FieldError, fieldErrors } from "../applicant/field-error.ts"
import { parseInstant, Timestamp } from "../applicant/instant.ts"
import { isPersonalValue } from "../applicant/personal-value.ts"
import { struct } from "../applicant/struct.ts"
import { line } from "../applicant/text.ts"
import type { Hold, Instant } from "./registration.ts"

const Reason = line(200).check(
  Schema.makeFilter((reason) => !isPersonalValue(reason), {
    message: "The reason of a hold is no e-mail address, no NIK and no mobile number: it is kept in clear.",
    toJsonSchema: () => ({})
  })
)

/** What a caller asks a legal hold with (contract/service-api §2). */
export const LegalHold = struct("A hold is a JSON object of reason and until.", { reason: Reason, until: Timestamp })

const decode = Schema.decodeUnknownResult(LegalHold, { errors: "all", onExcessProperty: "error" })

const notPast: FieldError = { path: "until", message: "The end of a hold is in the future." }

/** Parses the JSON value of a body that came at `now`; every wrong field is listed, each with the rule that it breaks. */
export const parseLegalHold = (body: unknown, now: Instant): Result.Result<Hold, ReadonlyArray<FieldError>> => {
  const decoded = decode(body)
  if (Result.isFailure(decoded)) return Result.fail(distinct(fieldErrors(decoded.failure.issue)))
  const { reason, until: text } = decoded.success
  const until = parseInstant(text) ?? Number.NaN
  return until > now ? Result.succeed({ reason, until }) : Result.fail([notPast])
}
