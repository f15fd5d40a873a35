import { describe, expect, it } from "vitest"
import { Applicant } from "../../../src/domain/applicant/applicant.ts"
import { warningsOf } from "../../../src/domain/applicant/warnings.ts"
import { reader } from "./reading.ts"
import { sampleRequest } from "./sample-request.ts"

const read = reader(Applicant)
const codes = (nik: string, dateOfBirth: string) => {
  const applicant = read({ ...sampleRequest().applicant, nik, dateOfBirth })
  return applicant && warningsOf(applicant).map(({ code, path }) => `${code} at ${path}`)
}
const mismatch = "nik_birth_date_mismatch at applicant.dateOfBirth"
const impossible = "nik_impossible_day at applicant.nik"
const region = "nik_unknown_region at applicant.nik"

describe("warnings", () => {
  it.each([
    ["3174092112900001", "1990-12-21", []],
    ["3174096112900001", "1990-12-21", []],
    ["3174097007920001", "1992-07-30", []],
    ["3174092902000001", "2000-02-29", []],
    ["3174096902960001", "1996-02-29", []],
    ["3174090103050001", "2005-03-01", []],
    ["3174090103050001", "1905-03-01", []],
    ["3174092112900001", "1990-12-22", [mismatch]],
    ["3174092112900001", "1990-11-21", [mismatch]],
    ["3174092112900001", "1991-12-21", [mismatch]],
    ["3174093102900001", "1990-02-28", [mismatch, impossible]],
    ["3174092902910001", "1991-03-01", [mismatch, impossible]],
    ["3174097106900001", "1990-06-30", [mismatch, impossible]],
    ["9999992112900001", "1990-12-21", [region]],
    ["2074092112900001", "1990-12-22", [mismatch, region]]
  ])("NIK %s, born %s: %j", (nik, dateOfBirth, expected) => {
    expect(codes(nik, dateOfBirth)).toEqual(expected)
  })

  const provinces = [
    11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65
  ].concat([71, 72, 73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96, 97])

  it("knows the provinces and nothing else", () => {
    const known = Array.from({ length: 90 }, (_, index) => index + 10).filter(
      (province) => codes(`${province}74092112900001`, "1990-12-21")?.length === 0
    )
    expect(known).toEqual(provinces)
  })
})
