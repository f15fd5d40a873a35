import type { Applicant } from "./applicant.ts"
import { daysInMonth } from "./calendar.ts"
import { hasKnownRegion, nikBirth } from "./nik.ts"

/** A remark in the answer that refuses nothing. */
export type NikWarning =
  | { readonly code: "nik_birth_date_mismatch"; readonly path: "applicant.dateOfBirth" }
  | { readonly code: "nik_impossible_day" | "nik_unknown_region"; readonly path: "applicant.nik" }

/** What does not fit in a NIK that is right in form: it keeps what was once registered, mistakes too. */
export const warningsOf = ({ nik, dateOfBirth }: Applicant): ReadonlyArray<NikWarning> => {
  const { day, month, yearOfCentury } = nikBirth(nik)
  const [year, ...monthAndDay] = dateOfBirth.split("-").map(Number)
  const warnings: Array<NikWarning> = []
  if (Number(year) % 100 !== yearOfCentury || monthAndDay[0] !== month || monthAndDay[1] !== day) {
    warnings.push({ code: "nik_birth_date_mismatch", path: "applicant.dateOfBirth" })
  }
  // The century is not in a NIK: 2000 was a leap year, so that 29-02-00 is a day in one of them.
  if (day > daysInMonth(2000 + yearOfCentury, month))
    warnings.push({ code: "nik_impossible_day", path: "applicant.nik" })
  if (!hasKnownRegion(nik)) warnings.push({ code: "nik_unknown_region", path: "applicant.nik" })
  return warnings
}
