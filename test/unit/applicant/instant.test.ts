import { it } from "@effect/vitest"
import { Schema } from "effect"
import { describe, expect } from "vitest"
import { formatInstant, parseInstant, parseQueryInstant, Timestamp } from "../../../src/domain/applicant/instant.ts"
import { reader } from "./reading.ts"

const read = reader(Timestamp)

describe("an instant", () => {
  it.each([
    ["2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00.000Z"],
    ["2026-01-20T10:00:00.250+07:00", "2026-01-20T03:00:00.250Z"],
    ["2026-01-05T10:00Z", "2026-01-05T10:00:00.000Z"],
    ["2026-01-05T10:00+07:00", "2026-01-05T03:00:00.000Z"],
    ["2026-01-05T10:00:00+0700", "2026-01-05T03:00:00.000Z"],
    ["2026-01-05t10:00:00z", "2026-01-05T10:00:00.000Z"],
    ["2026-01-05 10:00:00-0330", "2026-01-05T13:30:00.000Z"],
    ["2026-01-05T10:00:00.5Z", "2026-01-05T10:00:00.500Z"],
    ["2026-01-05T10:00:00.9999999999Z", "2026-01-05T10:00:00.999Z"],
    ["2026-01-01T00:30:00+07:00", "2025-12-31T17:30:00.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2026-01-05T10:00:00-00:00", "2026-01-05T10:00:00.000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
    ["2017-01-01T06:59:60.5+07:00", "2017-01-01T00:00:00.500Z"]
  ])("%s is %s", (given, utc) => {
    expect(read(given)).toBe(utc)
    expect(parseInstant(given)).toBe(Date.parse(utc))
  })

  it.each([
    ["no offset", "2026-01-05T10:00:00"],
    ["no time", "2026-01-05"],
    ["no such day", "2026-02-30T10:00:00Z"],
    ["no leap year", "2026-02-29T10:00:00Z"],
    ["month 13", "2026-13-01T10:00:00Z"],
    ["hour 24", "2026-01-05T24:00:00Z"],
    ["hour 25", "2026-01-05T25:00:00Z"],
    ["minute 60", "2026-01-05T10:60:00Z"],
    ["a leap second within the day", "2026-01-05T10:00:60Z"],
    ["a leap second after midnight", "2026-01-05T00:00:60Z"],
    ["second 61", "2016-12-31T23:59:61Z"],
    ["no digit after the point", "2026-01-05T10:00:00.Z"],
    ["a comma", "2026-01-05T10:00:00,5Z"],
    ["a fraction of a minute", "2026-01-05T10:00.5Z"],
    ["an offset without minutes", "2026-01-05T10:00:00+07"],
    ["offset hour 24", "2026-01-05T10:00:00+24:00"],
    ["offset minute 60", "2026-01-05T10:00:00+07:60"],
    ["a space before the offset", "2026-01-05T10:00:00 +07:00"],
    ["white space around it", " 2026-01-05T10:00:00Z"],
    ["a line break behind it", "2026-01-05T10:00:00Z\n"],
    ["milliseconds", "1767600000000"],
    ["a year of five digits", "12026-01-05T10:00:00Z"],
    ["what is before year 0 in UTC", "0000-01-01T00:00:00+07:00"],
    ["what is after year 9999 in UTC", "9999-12-31T23:00:00-07:00"],
    ["nothing", ""]
  ])("refuses %s", (_, given) => {
    expect(parseInstant(given)).toBeUndefined()
    expect(read(given)).toBeUndefined()
  })

  it("is no number", () => {
    expect(read(1767600000000)).toBeUndefined()
    expect(read(null)).toBeUndefined()
  })

  it("in a query may have lost the plus of its offset", () => {
    expect(parseQueryInstant("2026-01-05T10:00:00 07:00")).toBe(Date.parse("2026-01-05T03:00:00Z"))
    expect(parseQueryInstant("2026-01-05 10:00 0700")).toBe(Date.parse("2026-01-05T03:00:00Z"))
    expect(parseQueryInstant("2026-01-05 10:00:00Z")).toBe(Date.parse("2026-01-05T10:00:00Z"))
    expect(parseQueryInstant("2026-01-05 10:00")).toBeUndefined()
  })

  const Millis = Schema.Int.check(
    Schema.isBetween({ minimum: Date.parse("0000-01-01T00:00:00Z"), maximum: Date.parse("9999-12-31T23:59:59.999Z") })
  )

  it.prop(
    "is read as it was written, in any offset",
    [Millis, Schema.Int.check(Schema.isBetween({ minimum: -1439, maximum: 1439 }))],
    ([instant, offset]) => {
      expect(parseInstant(formatInstant(instant))).toBe(instant)
      expect(read(formatInstant(instant))).toBe(formatInstant(instant))
      const two = (n: number) => String(n).padStart(2, "0")
      const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60]
      const local = instant + offset * 60_000
      if (local < Date.parse("0000-01-01T00:00:00Z") || local > Date.parse("9999-12-31T23:59:59.999Z")) return
      expect(
        parseInstant(formatInstant(local).replace("Z", `${offset < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`))
      ).toBe(instant)
    }
  )
})
