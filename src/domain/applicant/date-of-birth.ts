import { Predicate, Schema } from "effect"
import { isCalendarDay } from "./calendar.ts"

const rule = "A date of birth is a day of the calendar, written as text YYYY-MM-DD."
const spelling = /^(?!0000)(\d{4})-(\d\d)-(\d\d)$/

export const isDateOfBirth = (value: unknown): value is DateOfBirth => {
  const match = Predicate.isString(value) ? spelling.exec(value) : null
  return match !== null && isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))
}

/** A calendar date, `YYYY-MM-DD`: no time, no zone. */
export const DateOfBirth = Schema.String.annotate({ message: rule, description: rule })
  .check(
    Schema.makeFilter((text: string) => isDateOfBirth(text), {
      message: rule,
      toJsonSchema: () => ({ format: "date" })
    })
  )
  .pipe(Schema.brand("DateOfBirth"))
export type DateOfBirth = typeof DateOfBirth.Type

/** `now` is epoch milliseconds; a day begins in UTC. */
export const birthRule = (dateOfBirth: DateOfBirth, now: number): string | undefined =>
  Date.parse(dateOfBirth) > now ? "A date of birth is not in the future." : undefined

/** `DD-MM-YYYY`, as the platform writes it (contract/esign-api §4.4). */
export const toDayMonthYear = (dateOfBirth: DateOfBirth): string => {
  const [year, month, day] = dateOfBirth.split("-")
  return `${day}-${month}-${year}`
}
