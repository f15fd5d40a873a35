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
export const nikBirth = (nik: string): { readonly day: number; readonly month: number; readonly yearOfCentury: number } => {
  const day = Number(nik.slice(6, 8))
  return {
    day: day > 40 ? day - 40 : day,
    month: Number(nik.slice(8, 10)),
    yearOfCentury: Number(nik.slice(10, 12))
  }
}

// Provinces by the code of the Ministry of Home Affairs, those that were split off in 2022 included.
const provinces = new Set(
  "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96 97".split(" ")
)

export const hasKnownRegion = (nik: Nik): boolean => provinces.has(nik.slice(0, 2))
