import { Schema, SchemaTransformation } from "effect"
import { isPersonalNumber, isPersonalValue } from "./personal-value.ts"
import { decoded } from "./struct.ts"
import { hasAtMost, isOneLine } from "./text.ts"

const maxPairs = 20
const maxLength = 200
const key = /^[A-Za-z0-9._-]{1,40}$/

const brokenPair = (name: string, value: unknown): string | undefined => {
  if (!key.test(name)) return "The key of a label is 1 to 40 of the characters A-Z a-z 0-9 . _ -"
  if (isPersonalNumber(name)) {
    return "The key of a label is no NIK and no mobile number: it is kept and published in clear."
  }
  if (typeof value !== "string" || value === "" || !hasAtMost(maxLength, value) || !isOneLine(value)) {
    return `The value of a label is text of 1 to ${maxLength} characters on one line, without control characters and lone surrogates.`
  }
  return isPersonalValue(value)
    ? "The value of a label is no e-mail address, no NIK and no mobile number: it is kept and published in clear."
    : undefined
}

const pairsOf = (labels: { readonly [key: string]: unknown }) =>
  Object.entries(labels).filter(([, value]) => value !== null)

// One check for keys and values: Schema would pass over the wrong keys when a value is wrong too, and each wrong pair is to be told.
const brokenRules = (labels: { readonly [key: string]: unknown }) => {
  const pairs = pairsOf(labels)
  const wrong = pairs.slice(0, 5 * maxPairs).flatMap(([name, value]) => {
    const issue = brokenPair(name, value)
    return issue === undefined ? [] : [{ path: [name], issue }]
  })
  return pairs.length > maxPairs ? [`There are at most ${maxPairs} labels.`, ...wrong] : wrong
}

const message = "Labels are an object of keys and texts."
const description = `The caller's own words, returned and published in clear: at most ${maxPairs}, keys of 1 to 40 of A-Z a-z 0-9 . _ -, values of up to ${maxLength} characters.`

/** The caller's own words about a registration: returned and published, and hence never personal. A null value counts as left out. */
export const Labels = Schema.Record(Schema.String, Schema.Unknown)
  .annotate({ message, description })
  .check(
    Schema.makeFilter(brokenRules, { toJsonSchema: () => ({ additionalProperties: { type: ["string", "null"] } }) })
  )
  .pipe(
    Schema.decodeTo(
      decoded<{ readonly [key: string]: string }>().annotate({ message }),
      SchemaTransformation.transform<{ readonly [key: string]: string }, { readonly [key: string]: unknown }>({
        decode: (labels) => Object.fromEntries(pairsOf(labels)) as { readonly [key: string]: string },
        encode: (labels) => labels
      })
    )
  )
export type Labels = typeof Labels.Type
