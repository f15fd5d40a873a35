import { Option, Schema } from "effect"
import type { PollAnswer } from "../../application/ports/esign-platform.ts"
import { formatInstant, parseInstant } from "../../domain/applicant/instant.ts"
import { Check, ReportedResult, ReportedStatus } from "../../domain/registration/events.ts"
import { dataReader } from "./answers.ts"
import { Id, idOf, lenient, reasonCodeOf, textOf } from "./lenient.ts"

const upper = (given: unknown): string | undefined => textOf(given)?.toUpperCase()
const oneOf = <A extends string>(words: ReadonlyArray<A>, given: unknown): A | undefined =>
  words.find((word) => word === upper(given))

// What is there and not known is no verdict; as an absent result it could be taken for one.
const resultOf = (given: unknown): ReportedResult | undefined =>
  given === null || (typeof given === "string" && textOf(given) === undefined)
    ? undefined
    : (oneOf(ReportedResult.literals, given) ?? "UNKNOWN")

const check = lenient((given) => oneOf(Check.literals, given))

const timeOf = (given: unknown): string | undefined => {
  const instant = parseInstant(textOf(given) ?? "")
  return instant === undefined ? undefined : formatInstant(instant)
}

const lenientObject = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode: (given: unknown) => Option.Option<S["Type"]> = Schema.decodeUnknownOption(schema)
  return lenient((given) => Option.getOrUndefined(decode(given)))
}

const decode = dataReader(
  Schema.Struct({
    submissionId: Id,
    status: Schema.String.check(Schema.isPattern(/\S/)),
    result: lenient(resultOf),
    reasonCode: lenient(reasonCodeOf),
    processedAt: lenient(timeOf),
    submissionDetails: lenientObject(
      Schema.Struct({
        verificationResult: lenientObject(
          Schema.Struct({ nik: check, name: check, dateOfBirth: check, selfie: check })
        ),
        registrationId: lenient(idOf)
      })
    )
  })
)

/** What the platform says of the submission that was asked about (contract/esign-api §4.5, §5). */
export const readResult = (body: string, asked: string): Option.Option<PollAnswer> =>
  Option.map(decode(body), ({ submissionId, status, submissionDetails = {}, ...said }): PollAnswer => {
    const isConfirmed = upper(status) !== "INITIATED"
    if (submissionId !== asked.toLowerCase()) return { _tag: "AnotherSubmission", submissionId, isConfirmed }
    if (!isConfirmed) return { _tag: "NotConfirmed" }
    const { verificationResult: verification = {}, registrationId } = submissionDetails
    return {
      _tag: "Known",
      submissionId,
      status: oneOf(ReportedStatus.literals, status) ?? "UNKNOWN",
      ...said,
      ...(Object.keys(verification).length === 0 ? {} : { verification }),
      ...(registrationId === undefined ? {} : { certificateRegistrationId: registrationId })
    }
  })
