import { it } from "@effect/vitest"
import { Schema } from "effect"
import { describe, expect } from "vitest"
import { Applicant } from "../../../src/domain/applicant/applicant.ts"
import { Personal } from "../../../src/domain/applicant/personal.ts"
import { reader } from "./reading.ts"
import { sampleRequest } from "./sample-request.ts"

const read = reader(Applicant)
const readPersonal = reader(Personal)

describe("Applicant", () => {
  it("is in normal form", () => {
    const { applicant } = sampleRequest()
    expect(read({ ...applicant, name: " Nur\u2019aini " })).toEqual({
      name: "Nur'aini",
      nik: "3174096112900001",
      dateOfBirth: "1990-12-21",
      email: { address: "siti@example.id", verificationReferenceId: "otp-991" },
      phoneNumber: { number: "6281234567890", verificationReferenceId: "otp-992" }
    })
  })

  it("has one contact or two; null is none", () => {
    const { email, phoneNumber, ...rest } = sampleRequest().applicant
    expect(Object.keys(read({ ...rest, email, phoneNumber: null }) ?? {})).not.toContain("phoneNumber")
    expect(read({ ...rest, phoneNumber })).toBeDefined()
    expect(read(rest)).toBeUndefined()
    expect(read({ ...rest, email: null, phoneNumber: null })).toBeUndefined()
  })

  const Name = Schema.Array(Schema.Literals(["A", "e", "\u0301", "\u2019", " ", "\u00A0", "\u200B", ".", "-"]))
  const Phone = Schema.String.check(Schema.isPattern(/^(\+62|62|0062|0)?8[0-9]{8,12}$/))
  const Email = Schema.String.check(Schema.isPattern(/^[A-Za-z]{1,9}@[A-Za-z]{1,9}\.[A-Za-z]{2,5} ?$/))

  it.prop(
    "is written as JSON, read again and the same",
    [Name, Phone, Email, Schema.Boolean],
    ([name, number, address, both]) => {
      const personal = readPersonal({
        applicant: {
          ...sampleRequest().applicant,
          name: `N${name.join("")}`,
          email: both ? { address, verificationReferenceId: "otp" } : null,
          phoneNumber: { number, verificationReferenceId: "otp" }
        },
        locale: "id_ID",
        consents: sampleRequest().consents
      })
      expect(personal).toBeDefined()
      expect(readPersonal(JSON.parse(JSON.stringify(personal)))).toStrictEqual(personal)
    }
  )
})
