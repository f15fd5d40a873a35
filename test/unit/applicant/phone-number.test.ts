import { it } from "@effect/vitest"
import { Schema } from "effect"
import { describe, expect } from "vitest"
import { PhoneNumber } from "../../../src/domain/applicant/phone-number.ts"
import { reader } from "./reading.ts"

const read = reader(PhoneNumber)

describe("PhoneNumber", () => {
  it.each([
    ["081234567890", "6281234567890"],
    ["+62 812-3456-7890", "6281234567890"],
    ["6281234567890", "6281234567890"],
    ["0062 812-3456-7890", "6281234567890"],
    ["81234567890", "6281234567890"],
    ["+62 (0)812 3456 7890", "6281234567890"],
    ["62 0812 3456 7890", "6281234567890"],
    ["00620812.3456.7890", "6281234567890"],
    ["(0812) 3456/7890", "6281234567890"],
    ["[0812]\\34567890", "6281234567890"],
    ["0812\u20103456\u20117890", "6281234567890"],
    ["0812\u20123456\u20147890\u2015", "6281234567890"],
    ["\u202A+62 812-3456-7890\u202C", "6281234567890"],
    ["\u200E0812\u00A03456\u20027890\uFEFF", "6281234567890"],
    ["0812\u00AD34567890", "6281234567890"],
    ["0812345678", "62812345678"],
    ["08123456789012", "628123456789012"]
  ])("reads %j as %j", (given, phone) => {
    expect(read(given)).toBe(phone)
  })

  it.each([
    ["nothing", ""],
    ["no 8", "12345678"],
    ["another country", "+1 212 555 0100"],
    ["letters", "abc081234567890"],
    ["an extension", "0812 3456 7890 ext 5"],
    ["a URI", "tel:+6281234567890"],
    ["7 digits after the 8", "081234567"],
    ["13 digits after the 8", "081234567890123"],
    ["a land line", "0215550123"],
    ["a land line with area code in brackets", "+62 (21) 555 0123"],
    ["two zeros after 62", "+62 00812 3456 7890"],
    ["two zeros alone", "0081234567890"],
    ["a plus before a zero", "+081234567890"],
    ["a plus inside", "62+81234567890"],
    ["a tab, which is a control character", "0812\t34567890"],
    ["a lone surrogate", "081234567890\uD800"],
    ["wide digits", "０８１２３４５６７８９０"],
    ["a number", 6281234567890],
    ["null", null]
  ])("refuses %s", (_, value) => {
    expect(read(value)).toBeUndefined()
  })

  const Digits = Schema.String.check(Schema.isPattern(/^[0-9]{8,12}$/))
  const Prefix = Schema.Literals(["", "0", "62", "+62", "0062", "620", "+620", "00620"])
  const Separator = Schema.Literals(["", " ", "-", ".", "(", ")", "/", "\u00A0", "\u2010", "\u200E", "\u2060"])

  it.prop(
    "every spelling of a number is the same number, and its normal form is one",
    [Prefix, Digits, Schema.Array(Separator)],
    ([prefix, digits, separators]) => {
      const spelt = [...`${prefix}8${digits}`].map((digit, index) => `${separators[index] ?? ""}${digit}`).join("")
      expect(read(spelt)).toBe(`628${digits}`)
      expect(read(`628${digits}`)).toBe(`628${digits}`)
    }
  )
})
