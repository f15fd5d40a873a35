import { describe, expect, it } from "vitest"
import { PartnerUserId, PartnerUserIdType } from "../../../src/domain/applicant/partner-user.ts"
import { reader } from "./reading.ts"

const read = reader(PartnerUserId)
const readType = reader(PartnerUserIdType)

describe("PartnerUserId", () => {
  it.each([
    "user-42",
    "a",
    "auth0|65f0c1",
    "A:B_c.d-9",
    "x".repeat(128),
    "550e8400-e29b-41d4-a716-446655440000",
    "1234567890123456",
    "42",
    "user-081234567890"
  ])("takes %s", (id) => {
    expect(read(id)).toBe(id)
  })

  it.each([
    ["nothing", ""],
    ["129 characters", "x".repeat(129)],
    ["a space", "user 42"],
    ["a slash", "user/42"],
    ["a letter that is not ASCII", "us\u00E9r"],
    ["a line break behind it", "user-42\n"],
    ["an e-mail address", "siti@example.id"],
    ["a NIK", "3174096112900001"],
    ["a NIK in groups", "3174-0961-1290-0001"],
    ["a mobile number", "081234567890"],
    ["a mobile number in international form", "6281234567890"],
    ["a mobile number with its exit code", "006281234567890"],
    ["a mobile number in groups", "0812-3456-7890"],
    ["a mobile number with dots", "62.812.3456.7890"],
    ["a mobile number without a zero", "81234567890"],
    ["a number", 42],
    ["null", null]
  ])("refuses %s", (_, value) => {
    expect(read(value)).toBeUndefined()
  })

  it("has a type of up to 64 of the same characters", () => {
    expect(readType("ACME_USER_ID")).toBe("ACME_USER_ID")
    expect(readType("x".repeat(64))).toBe("x".repeat(64))
    expect(readType("x".repeat(65))).toBeUndefined()
    expect(readType("")).toBeUndefined()
    expect(readType("a b")).toBeUndefined()
  })
})
