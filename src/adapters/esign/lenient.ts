import { Option, Schema, SchemaTransformation } from "effect"
import { isPersonalNumber } from "../../domain/applicant/personal-value.ts"

/**
 * A field of an answer that breaks nothing, whatever it holds (contract/esign-api §5): `read` makes a value of it, or undefined; then,
 * and when it is missing, it is absent.
 */
export const lenient = <A>(read: (given: unknown) => A | undefined) =>
  Schema.optionalKey(Schema.Unknown).pipe(
    Schema.decodeTo(
      Schema.optionalKey(Schema.Unknown as unknown as Schema.Codec<A>),
      SchemaTransformation.transformOptional<A, unknown>({
        decode: (given) => Option.flatMap(given, (value) => Option.fromUndefinedOr(read(value))),
        encode: (value) => value
      })
    )
  )

/** Text that says something; null, empty and other types are the same as nothing. */
export const textOf = (given: unknown): string | undefined =>
  typeof given === "string" && given.trim() !== "" ? given.trim() : undefined

const idPattern = /^[\w.:-]{1,64}$/

/** Ids are UUIDs, in any case; whatever else they may be one day, they fit into a header. */
export const Id = Schema.String.check(Schema.isPattern(idPattern)).pipe(
  Schema.decodeTo(Schema.String, SchemaTransformation.toLowerCase())
)
/** An id that nothing depends on: what may be the person's own number is left out. */
export const idOf = (given: unknown): string | undefined =>
  typeof given === "string" && idPattern.test(given) && !isPersonalNumber(given) ? given.toLowerCase() : undefined

/** As many digits as a date of birth has, a NIK or a phone number, whatever parts them. */
const longNumber = /\d(?:[^\dA-Za-z]*\d){7}/

const matching = (given: unknown, pattern: RegExp): string | undefined =>
  typeof given === "string" && pattern.test(given) && !longNumber.test(given) ? given : undefined

/** A reason code of a verdict: kept as it is, unless it may hold personal data: free text, an `@`, a long number. */
export const reasonCodeOf = (given: unknown): string | undefined => matching(textOf(given), /^[!-?A-~]{1,100}$/)

/** The cause of a refusal where it is a word; free text may repeat personal data. */
export const causeOf = (given: unknown): string | undefined => matching(given, /^[A-Z0-9_]{1,100}$/)

/** The platform's own code of an error. */
export const platformCodeOf = (given: unknown): string | undefined =>
  matching(typeof given === "number" ? String(given) : given, /^[A-Za-z0-9_.-]{1,40}$/)
