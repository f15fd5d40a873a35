import { Schema } from "effect"

const noString =
  "A NIK is text in quotes, of 16 digits: as a JSON number its last digits can be lost, since it may exceed 2^53."

const brokenRule = (text: string): string | undefined => {
  if (!/^[1-9]\d{15}$/.test(text)) return "A NIK is exactly 16 digits 0-9, the first of them not 0, and nothing else."
  const { day, month } = nikBirth(text)
  if (day < 1 || day > 31) return "The birth day in a NIK (digits 7 and 8) is 01 to 31, or 41 to 71 for women."
  if (month < 1 || month > 12) return "The birth month in a NIK (digits 9 and 10) is 01 to 12."
  return text.endsWith("0000") ? "The serial number in a NIK (the last four digits) is not 0000." : undefined
}

export const isNik = (text: string): boolean => brokenRule(text) === undefined

/**
 * The number of an Indonesian identity card: region (6), birth date (6), serial number (4). Text, since it can exceed 2^53. It never
 * changes when a person's data are corrected, so what does not match them is a warning.
 */
export const Nik = Schema.String.annotate({ message: noString, description: "The 16 digits of the NIK, as text." })
  .check(Schema.makeFilter(brokenRule, { toJsonSchema: () => ({ pattern: "^[1-9][0-9]{15}$" }) }))
  .pipe(Schema.brand("Nik"))
export type Nik = typeof Nik.Type

/** The birth date inside: the day as in the calendar (women's is stored + 40), the last two digits of the year. */
export const nikBirth = (
  nik: string
): { readonly day: number; readonly month: number; readonly yearOfCentury: number } => {
  const day = Number(nik.slice(6, 8))
  return {
    day: day > 40 ? day - 40 : day,
    month: Number(nik.slice(8, 10)),
    yearOfCentury: Number(nik.slice(10, 12))
  }
}

// The provinces' codes of the Ministry of Home Affairs; 91 to 97 are Papua's.
const province = /^(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])/

export const hasKnownRegion = (nik: Nik): boolean => province.test(nik)
