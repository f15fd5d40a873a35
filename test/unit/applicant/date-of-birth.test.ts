import { describe, expect, it } from "vitest"
import { birthRule, DateOfBirth, toDayMonthYear } from "../../../src/domain/applicant/date-of-birth.ts"
import { reader } from "./reading.ts"

const read = reader(DateOfBirth)

describe("DateOfBirth", () => {
  it.each(["1990-12-21", "2000-02-29", "1996-02-29", "1900-02-28", "1946-08-31", "1990-04-30"])("takes %s", (day) => {
    expect(read(day)).toBe(day)
  })

  it.each([
    ["a day that the month lacks", "1990-02-30"],
    ["a leap day in another year", "1991-02-29"],
    ["a leap day in a century", "1900-02-29"],
    ["31 April", "1990-04-31"],
    ["day 00", "1990-12-00"],
    ["month 13", "1990-13-01"],
    ["zeros", "0000-00-00"],
    ["year 0", "0000-01-01"],
    ["the platform's form", "21-12-1990"],
    ["a time", "1990-12-21T00:00:00Z"],
    ["slashes", "1990/12/21"],
    ["single digits", "1990-1-2"],
    ["white space", " 1990-12-21"],
    ["a line break", "1990-12-21\n"],
    ["nothing", ""],
    ["a number", 19901221],
    ["null", null]
  ])("refuses %s", (_, value) => {
    expect(read(value)).toBeUndefined()
  })

  it("is not in the future; the day begins in UTC", () => {
    const today = DateOfBirth.make("2026-11-23")
    expect(birthRule(today, Date.parse("2026-11-23T00:00:00.000Z"))).toBeUndefined()
    expect(birthRule(today, Date.parse("2026-11-22T23:59:59.999Z"))).toMatch(/future/)
  })

  it("is written day first on the platform's side", () => {
    expect(toDayMonthYear(DateOfBirth.make("1991-02-03"))).toBe("03-02-1991")
  })
})
