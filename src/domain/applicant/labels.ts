import { Predicate, Schema, SchemaTransformation } from "effect"
import { isPersonalNumber, isPersonalValue } from "./personal-value.ts"
import { hasAtMost, isOneLine } from "./text.ts"

const maxPairs = 20
const maxLength = 200
const key = /^[A-Za-z0-9._-]{1,40}$/

const brokenPair = (name: string, value: unknown): string | undefined => {
  if (!key.test(name)) return "The key of a label is 1 to 40 of the characters A-Z a-z 0-9 . _ -"
  if (isPersonalNumber(name)) return "The key of a label is no NIK and no mobile number: it is kept and published in clear."
  if (value === null) return undefined
  if (typeof value !== "string" || value === "" || !hasAtMost(maxLength, value) || !isOneLine(value)) {
    return `The value of a label is a text of 1 to ${maxLength} characters on one line, without control characters and lone surrogates.`
  }
  return isPersonalValue(value)
    ? "The value of a label is no e-mail address, no NIK and no mobile number: it is kept and published in clear."
    : undefined
}

// One check for all, since each wrong pair is to be told: Schema would pass over the keys when a value is wrong.
const brokenRules = (labels: { readonly [key: string]: unknown }) => [
  ...(Object.values(labels).filter(Predicate.isNotNull).length > maxPairs ? [`There are at most ${maxPairs} labels.`] : []),
  ...Object.entries(labels).flatMap(([name, value]) => {
    const issue = brokenPair(name, value)
    return issue === undefined ? [] : [{ path: [name], issue }]
  })
]

/** The caller's own words about a registration: returned and published, and hence never personal. A null value counts as left out. */
export const Labels = Schema.Record(Schema.String, Schema.Unknown)
  .annotate({ message: "Labels are an object of keys and texts." })
  .check(Schema.makeFilter(brokenRules, { toJsonSchema: () => ({ additionalProperties: { type: ["string", "null"] } }) }))
  .pipe(
    Schema.decodeTo(
      Schema.Record(Schema.String, Schema.String),
      SchemaTransformation.transform({
        decode: (labels) =>
          Object.fromEntries(Object.entries(labels).filter((pair): pair is [string, string] => Predicate.isString(pair[1]))),
        encode: (labels) => labels
      })
    )
  )
  .annotate({ message: "Labels are an object of keys and texts." })
export type Labels = typeof Labels.Type
