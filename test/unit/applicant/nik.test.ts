import { describe, expect, it } from "vitest"
import { isNik, Nik, nikBirth } from "../../../src/domain/applicant/nik.ts"
import { reader } from "./reading.ts"

const read = reader(Nik)

describe("Nik", () => {
  it.each(["3174092112900001", "3174096112900001", "3174097112900001", "9171014501900001", "9501011503900001"])(
    "takes %s",
    (nik) => {
      expect(read(nik)).toBe(nik)
    }
  )

  it.each([
    ["a day that its month lacks", "3174093102900001"],
    ["a region that nobody knows", "9999992112900001"]
  ])("takes %s: it is a warning", (_, nik) => {
    expect(read(nik)).toBe(nik)
  })

  it.each([
    ["nothing", ""],
    ["15 digits", "317409611290000"],
    ["17 digits", "31740961129000011"],
    ["a letter", "3174096112900O01"],
    ["a space before it", " 3174096112900001"],
    ["a line break behind it", "3174096112900001\n"],
    ["spaces inside", "3174 0961 1290 0001"],
    ["dots inside", "3174.0961.1290.0001"],
    ["a sign", "+174096112900001"],
    ["wide digits", "３１７４０９６１１２９００００１"],
    ["Arabic digits", "٣١٧٤٠٩٦١١٢٩٠٠٠٠١"],
    ["a leading zero, which the platform's integer cannot have", "0174096112900001"],
    ["day 00", "3174090012900001"],
    ["day 32", "3174093213900001"],
    ["day 40", "3174094012900001"],
    ["day 72", "3174097212900001"],
    ["month 00", "3174092100900001"],
    ["month 13", "3174092113900001"],
    ["serial number 0000", "3174092112900000"],
    ["a number", 3174096112900001],
    ["null", null],
    ["a list", ["3174096112900001"]]
  ])("refuses %s", (_, value) => {
    expect(read(value)).toBeUndefined()
  })

  it("knows the birth date inside, women's too", () => {
    expect(nikBirth("3174096112900001")).toEqual({ day: 21, month: 12, yearOfCentury: 90 })
    expect(nikBirth("3174090103050001")).toEqual({ day: 1, month: 3, yearOfCentury: 5 })
  })

  it("is told from other numbers of 16 digits", () => {
    expect(isNik("1234567890123456")).toBe(false)
  })
})
