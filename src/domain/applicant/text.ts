import { Exit, Schema, SchemaIssue, SchemaTransformation } from "effect"

// In Unicode mode \p{Cs} matches a surrogate only where its other half is missing.
const notOnOneLine = /[\p{Cc}\p{Cs}]/u
const notOnLines = /\p{Cs}|[^\P{Cc}\t\n\r]/u

/** No control characters (TAB and line breaks are some) and no lone surrogates. */
export const isOneLine = (text: string): boolean => !notOnOneLine.test(text)

/** Characters are code points: a pair of surrogates is one. */
export const hasAtMost = (max: number, text: string): boolean =>
  text.length <= max || (text.length <= 2 * max && [...text].length <= max)

const bounded = (max: number, wellFormed: (text: string) => boolean, rule: string) =>
  Schema.String.annotate({ message: rule, description: rule }).check(
    Schema.makeFilter((text) => text !== "" && hasAtMost(max, text) && wellFormed(text), {
      message: rule,
      toJsonSchema: () => ({ minLength: 1, maxLength: max })
    })
  )

/** Text of 1 to `max` characters on one line. */
export const line = (max: number) =>
  bounded(
    max,
    isOneLine,
    `A text of 1 to ${max} characters on one line, without control characters and lone surrogates.`
  )

/** Text of 1 to `max` characters, in which TAB, LF and CR are allowed. */
export const lines = (max: number) =>
  bounded(
    max,
    (text) => !notOnLines.test(text),
    `A text of 1 to ${max} characters, without lone surrogates and control characters (but TAB, LF and CR).`
  )

/**
 * Text that has one normal form, as the brand of `to`. `read` answers the normal form of what was given, or undefined, and leaves a normal
 * form as it is. `rule` is the message, which never repeats the value.
 */
export const normalized = <To extends Schema.Codec<string, string> & Schema.Top>(
  to: To,
  rule: string,
  read: (given: string) => string | undefined
) =>
  Schema.String.annotate({ message: rule, description: rule }).pipe(
    Schema.decodeTo(
      to,
      SchemaTransformation.transformEffect<string, string>({
        decode: (given) => {
          const text = read(given)
          return text === undefined ? Exit.fail(new SchemaIssue.InvalidValue({ message: rule })) : Exit.succeed(text)
        },
        encode: (text) => Exit.succeed(text)
      })
    )
  )
