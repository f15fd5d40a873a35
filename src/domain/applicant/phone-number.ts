import { Schema } from "effect"
import { isOneLine, normalized } from "./text.ts"

const separators = /[\s\p{Cf}.\-\u2010-\u2015()[\]{}/\\]/gu
const spelling = /^(?:(?:\+62|62|0062)0?|0)?(8\d{8,12})$/

/** What people put between the digits of a number: white space, dots, dashes, brackets, slashes, format characters. */
export const withoutSeparators = (text: string): string => text.replace(separators, "")

/** The one form `628…` of an Indonesian mobile number in any spelling, or undefined. */
export const readPhoneNumber = (given: string): string | undefined => {
  if (!isOneLine(given)) return undefined
  const digits = spelling.exec(withoutSeparators(given))?.[1]
  return digits === undefined ? undefined : `62${digits}`
}

/** An Indonesian mobile number in international form without a plus: `628…`. */
export const PhoneNumber = normalized(
  Schema.String.pipe(Schema.brand("PhoneNumber")),
  "An Indonesian mobile number, as text: +62, 62, 0062, 0 or nothing, then 8 and 8 to 12 more digits.",
  readPhoneNumber
)
export type PhoneNumber = typeof PhoneNumber.Type
