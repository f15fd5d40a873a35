import { Result, Schema } from "effect"
import { distinct, type FieldError, fieldErrors } from "../applicant/field-error.ts"
import { formatInstant, parseInstant, Timestamp } from "../applicant/instant.ts"
import { isPersonalValue } from "../applicant/personal-value.ts"
import { struct } from "../applicant/struct.ts"
import { line } from "../applicant/text.ts"
import type { CommandOf } from "./commands.ts"
import { type Decision, events, nothing, refused } from "./decision.ts"
import type { RegistrationEvent } from "./events.ts"
import type { Hold, Instant, Registration } from "./registration.ts"

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

/** The same once more adds nothing; another takes the place of the one that is in force. */
export const placeHold = ({ reason, until }: CommandOf<"PlaceHold">, state: Registration): Decision => {
  if (state.erased) return refused({ _tag: "PersonalDataErased" })
  const { hold } = state
  return hold?.reason === reason && hold.until === until
    ? nothing
    : events({ _tag: "HoldPlaced", reason, until: formatInstant(until) })
}

export const endHold = ({ at }: CommandOf<"EndHold">, { hold }: Registration): Decision => {
  if (!hold) return nothing
  return at !== undefined && at < hold.until ? refused({ _tag: "TooEarly" }) : events({ _tag: "HoldEnded" })
}

/** Without a time that can be trusted it is as long as nobody ended it. */
export const isOnHold = ({ hold }: Registration, at: Instant | undefined): boolean =>
  hold !== undefined && (at === undefined || at < hold.until)

/** For a decision that ends it on its way. */
export const endOfHold = ({ hold }: Registration): ReadonlyArray<RegistrationEvent> =>
  hold ? [{ _tag: "HoldEnded" }] : []
