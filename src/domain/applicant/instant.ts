import { Schema } from "effect"
import { isCalendarDay } from "./calendar.ts"
import { normalized } from "./text.ts"

const spelling =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:\.(\d+))?)?(?:[Zz]|([+-])([01]\d|2[0-3]):?([0-5]\d))$/

const minute = 60_000
const day = 1440 * minute
const first = Date.parse("0000-01-01T00:00:00.000Z")
const end = Date.parse("9999-12-31T23:59:59.999Z") + 1

/**
 * Reads an RFC 3339 time, leniently (contract/service-api §1): epoch milliseconds, or undefined. Fractions are cut to milliseconds; a
 * leap second, which only ends a day in UTC, is the first second of the next.
 */
export const parseInstant = (text: string): number | undefined => {
  const match = spelling.exec(text)
  if (match === null) return undefined
  const [
    ,
    year = "",
    month = "",
    date = "",
    hours,
    minutes,
    seconds = "00",
    fraction = "",
    sign,
    offsetHours,
    offsetMinutes
  ] = match
  if (!isCalendarDay(Number(year), Number(month), Number(date))) return undefined
  const atMinute = Date.parse(`${year}-${month}-${date}T${hours}:${minutes}Z`)
  const offset =
    sign === undefined ? 0 : Number(`${sign}1`) * (Number(offsetHours) * 60 + Number(offsetMinutes)) * minute
  const instant = atMinute - offset + Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"))
  if (seconds === "60" && (instant - first) % day >= 1000) return undefined
  return instant >= first && instant < end ? instant : undefined
}

/** Reads a time in a query, where the `+` of an offset arrives as a space. */
export const parseQueryInstant = (text: string): number | undefined =>
  parseInstant(text.replace(/ (?=\d\d:?\d\d$)/, "+"))

/** RFC 3339 in UTC with milliseconds, of epoch milliseconds. */
export const formatInstant = (instant: number): string => new Date(instant).toISOString()

/** Whether a text is a time to the letter that `formatInstant` would write. */
export const isFormattedInstant = (text: string): boolean => {
  if (text.length !== formattedLength) return false
  const instant = Date.parse(text)
  return instant >= first && instant < end && formatInstant(instant) === text
}
const formattedLength = "2026-11-23T10:00:00.000Z".length

/** A time given by somebody else, kept as RFC 3339 in UTC with milliseconds. */
export const Timestamp = normalized(
  Schema.String.pipe(Schema.brand("Timestamp")),
  "A time is RFC 3339 text with an offset, such as 2026-11-23T10:00:00.000Z or 2026-11-23T17:00:00+07:00, on a day that exists.",
  (given) => {
    const instant = parseInstant(given)
    return instant === undefined ? undefined : formatInstant(instant)
  }
)
export type Timestamp = typeof Timestamp.Type
