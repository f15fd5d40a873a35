import { Schema } from "effect"
import { assert, describe, it } from "vitest"
import { confirmBody } from "../../../src/adapters/esign/confirm-body.ts"
import { Personal } from "../../../src/domain/applicant/personal.ts"

const id = "5b6f2f0e-6d0f-4a53-9d53-2a1a7c1f0001"
const email = { address: "siti@example.id", verificationReferenceId: "otp-1" }
const phoneNumber = { number: "6281234567890", verificationReferenceId: "otp-2" }
const device = {
  userAgent: "agent",
  ip: "203.0.113.7",
  os: "Android",
  make: "Maker",
  model: "M-1",
  uniqueId: "u-1",
  networkProvider: "Net",
  appId: "id.example",
  appVersion: "4.2"
}
const consent = {
  entity: "Digi",
  type: "termsAndConditions",
  givenAt: "2024-09-06T07:43:37.345Z",
  documents: { id_ID: { url: "https://example.id/syarat", text: 'Saya "setuju"\n' }, en_ID: { text: "I agree" } }
}
const applicant = { name: 'Siti O\'Hara \\ "Ti"', nik: "9771016112909007", dateOfBirth: "1990-12-21" }

const bodyOf = (contacts: object, consents: ReadonlyArray<object> = [consent], nik = applicant.nik) =>
  confirmBody(
    id,
    Schema.decodeUnknownSync(Personal)({ applicant: { ...applicant, nik, ...contacts }, locale: "en_ID", consents })
  )

describe("the body of a confirm", () => {
  it("is the contract's, field by field", () => {
    assert.deepStrictEqual(JSON.parse(bodyOf({ email, phoneNumber }, [{ ...consent, device }])), {
      submissionId: id,
      metadata: {
        userDetails: {
          name: applicant.name,
          nik: Number(applicant.nik),
          dateOfBirth: "21-12-1990",
          email: "siti@example.id",
          phoneNumber: "6281234567890",
          dataVerification: {
            email: { isVerified: true, verificationReferenceId: "otp-1" },
            phoneNumber: { isVerified: true, verificationReferenceId: "otp-2" }
          }
        },
        userLocale: "en_ID",
        consentData: [
          {
            entity: "Digi",
            consentType: "termsAndConditions",
            consentGiven: true,
            details: consent.documents,
            timeStamp: 1725608617345,
            additionalDetails: {
              userAgent: "agent",
              userIp: "203.0.113.7",
              deviceDetails: {
                os: "Android",
                make: "Maker",
                model: "M-1",
                uniqueId: "u-1",
                networkProvider: "Net",
                appId: "id.example",
                appVersion: "4.2"
              }
            }
          }
        ],
        additionalData: {}
      }
    })
  })

  it.each(["9771016112909007", "9999990101010001", "1171010101010001"])(
    "has all digits of NIK %s, as an integer",
    (nik) => {
      assert.include(bodyOf({ email }, [consent], nik), `"nik":${nik},`)
    }
  )

  it.each([
    [{ email }, "phoneNumber"],
    [{ phoneNumber }, "email"]
  ])("leaves out the contact that was not given", (contacts, missing) => {
    const { userDetails } = JSON.parse(bodyOf(contacts)).metadata
    assert.notProperty(userDetails, missing)
    assert.notProperty(userDetails.dataVerification, missing)
    assert.deepStrictEqual(Object.keys(userDetails.dataVerification), Object.keys(contacts))
  })

  it.each([
    [undefined, undefined],
    [{ userAgent: "agent" }, { userAgent: "agent" }],
    [{ ip: "203.0.113.7" }, { userIp: "203.0.113.7" }],
    [{ os: "Android" }, { deviceDetails: { os: "Android" } }]
  ])("says of the device %j what was given", (device, additionalDetails) => {
    const [data] = JSON.parse(bodyOf({ email }, [{ ...consent, ...(device ? { device } : {}) }])).metadata.consentData
    assert.deepStrictEqual(data.additionalDetails, additionalDetails)
  })

  it("leaves out the language that was not given", () => {
    const documents = { id_ID: { text: "Saya setuju" } }
    const [data] = JSON.parse(bodyOf({ email }, [{ ...consent, documents }])).metadata.consentData
    assert.deepStrictEqual(data.details, documents)
  })
})
