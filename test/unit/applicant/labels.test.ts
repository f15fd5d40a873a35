import { describe, expect, it } from "vitest"
import { Labels } from "../../../src/domain/applicant/labels.ts"
import { reader } from "./reading.ts"

const read = reader(Labels)
const pairs = (count: number, value: unknown = "x") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, value]))

describe("Labels", () => {
  it.each([
    {},
    { campaign: "onboarding-q4" },
    { "A.b_c-9": "Kampanye besar \u{1F600}" },
    { ["k".repeat(40)]: "v".repeat(200) },
    { note: "call 081234567890 or siti@example.id" },
    { order: "1234567890123456" },
    pairs(20)
  ])("takes %j", (labels) => {
    expect(read(labels)).toEqual(labels)
  })

  it("leaves out what is null, and does not count it", () => {
    expect(read({ a: null, b: "x" })).toEqual({ b: "x" })
    expect(read({ ...pairs(20), b: null })).toEqual(pairs(20))
  })

  it("keeps a key that objects have their own meaning for", () => {
    const labels = JSON.parse('{"__proto__":"a","constructor":"b"}')
    expect(JSON.stringify(read(labels))).toBe('{"__proto__":"a","constructor":"b"}')
  })

  it.each([
    ["more than 20 pairs", pairs(21)],
    ["an empty key", { "": "x" }],
    ["a key of 41", { ["k".repeat(41)]: "x" }],
    ["a key with a space", { "a b": "x" }],
    ["a key that is a NIK", { "3174096112900001": "x" }],
    ["an empty value", { a: "" }],
    ["a value of 201", { a: "v".repeat(201) }],
    ["a line break", { a: "x\ny" }],
    ["a lone surrogate", { a: "\uD800" }],
    ["a number", { a: 5 }],
    ["an object", { a: {} }],
    ["an e-mail address", { a: " Siti@Example.ID " }],
    ["a NIK", { a: "3174096112900001" }],
    ["a NIK in groups", { a: "3174 0961 1290 0001" }],
    ["a mobile number", { a: "+62 (0)812-3456-7890" }],
    ["a list", ["x"]],
    ["a text", "x"]
  ])("refuses %s", (_, value) => {
    expect(read(value)).toBeUndefined()
  })
})
