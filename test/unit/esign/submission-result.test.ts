import { Option } from "effect"
import { assert, describe, it } from "vitest"
import { readResult } from "../../../src/adapters/esign/submission-result.ts"

const id = "5b6f2f0e-6d0f-4a53-9d53-2a1a7c1f0001"
const certificate = "5b6f2f0e-6d0f-4a53-9d53-2a1a7c1f0002"
const read = (data: unknown, asked = id) =>
  Option.getOrUndefined(readResult(JSON.stringify({ success: true, data }), asked))
/** What is known of a result with these fields, besides its id and status. */
const known = (fields: object) => {
  const { _tag, submissionId, ...rest } = (read({ submissionId: id, status: "COMPLETED", ...fields }) ?? {}) as Record<
    string,
    unknown
  >
  assert.deepStrictEqual([_tag, submissionId], ["Known", id])
  return rest
}
const nothing = [undefined, null, "", " ", 7, true, [], {}]

describe("a submission result", () => {
  it("is read whole", () => {
    assert.deepStrictEqual(
      read({
        submissionId: id,
        flow: "CERT_REG",
        userId: "user-1",
        userIdType: "T",
        partnerSessionId: "any text",
        status: "COMPLETED",
        result: "INVALID",
        processedAt: "2026-05-08T10:30:00Z",
        reasonCode: "DUKCAPIL_REJECTED",
        submissionDetails: {
          verificationResult: { nik: "FAIL", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" },
          registrationId: certificate,
          eligibleToActivate: false,
          shouldSkipActivation: true,
          onboardingCode: "NEW_USER"
        }
      }),
      {
        _tag: "Known",
        submissionId: id,
        status: "COMPLETED",
        result: "INVALID",
        processedAt: "2026-05-08T10:30:00.000Z",
        reasonCode: "DUKCAPIL_REJECTED",
        verification: { nik: "FAIL", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" },
        certificateRegistrationId: certificate
      }
    )
  })

  it.each([
    ["IN_PROGRESS", "IN_PROGRESS"],
    ["in_progress", "IN_PROGRESS"],
    ["Partially_Completed", "PARTIALLY_COMPLETED"],
    [" completed ", "COMPLETED"],
    ["error", "ERROR"],
    ["ON_HOLD", "UNKNOWN"],
    ["UNKNOWN", "UNKNOWN"]
  ])("of status %s is %s", (status, expected) => {
    assert.propertyVal(known({ status }), "status", expected)
  })

  it.each(["INITIATED", "Initiated"])("of status %s was never confirmed", (status) => {
    assert.deepStrictEqual(read({ submissionId: id, status }), { _tag: "NotConfirmed" })
  })

  it.each(nothing)("without a readable status (%j) says nothing", (status) => {
    assert.isUndefined(read({ submissionId: id, status }))
  })

  it.each([undefined, null, "", 7, {}])("without its submission (%j) says nothing", (submissionId) => {
    assert.isUndefined(read({ submissionId, status: "COMPLETED", result: "VALID" }))
  })

  it("of another submission is none of ours, whatever it says", () => {
    for (const [status, isConfirmed] of [
      ["INITIATED", false],
      ["initiated", false],
      ["COMPLETED", true],
      ["A_WORD_OF_TOMORROW", true]
    ] as const)
      assert.deepStrictEqual(read({ submissionId: certificate, status }), {
        _tag: "AnotherSubmission",
        submissionId: certificate,
        isConfirmed
      })
  })

  it("is told by its id in any case", () => {
    assert.propertyVal(read({ submissionId: id.toUpperCase(), status: "ERROR" }), "submissionId", id)
    assert.propertyVal(read({ submissionId: id, status: "ERROR" }, id.toUpperCase()), "submissionId", id)
  })

  it.each([
    ["VALID", "VALID"],
    ["Valid", "VALID"],
    ["invalid", "INVALID"],
    ["MAYBE", "UNKNOWN"],
    [7, "UNKNOWN"],
    [{}, "UNKNOWN"]
  ])("with result %j is %s", (result, expected) => {
    assert.propertyVal(known({ result }), "result", expected)
  })

  it.each([undefined, null, "", "  "])("with result %j has none", (result) => {
    assert.deepStrictEqual(known({ result }), { status: "COMPLETED" })
  })

  it.each(["NOT_EKTP", "SOME_NEW_CODE", "err.face-2:of/3", "x".repeat(100), "1234567", "V2_2024_01"])(
    "keeps reason code %s as it is",
    (reasonCode) => {
      assert.propertyVal(known({ reasonCode }), "reasonCode", reasonCode)
    }
  )

  it.each([
    ...nothing,
    "x".repeat(101),
    "naïve",
    "a\nb",
    "\ud800",
    "free text: no face, 2 of 3",
    "Siti Rahmawati",
    "SITI RAHMAWATI IS UNKNOWN",
    "siti@example.id",
    "EMAIL_HAS_BEEN_USED:siti@example.id",
    "NIK_3174096112900001",
    "NIK_3174-0961-1290-0001",
    "3174.0961.1290.0001",
    "NIK_3_1_7_4_0_9_6_1_1_2_9_0_0_0_0_1",
    "21-12-1990",
    "1990/12/21",
    "PHONE:+62(812)3456-7890",
    "phone_12345678"
  ])("drops reason code %j, which is none or may be personal", (reasonCode) => {
    assert.deepStrictEqual(known({ reasonCode }), { status: "COMPLETED" })
  })

  it("keeps a reason code without the white space around it", () => {
    assert.propertyVal(known({ reasonCode: " NOT_EKTP\n" }), "reasonCode", "NOT_EKTP")
  })

  it.each([
    ["2026-05-08T10:30:00Z", "2026-05-08T10:30:00.000Z"],
    ["2026-05-08T17:30:00.123456+0700", "2026-05-08T10:30:00.123Z"]
  ])("reads the time %s", (processedAt, expected) => {
    assert.propertyVal(known({ processedAt }), "processedAt", expected)
  })

  it.each([...nothing, "yesterday", "2026-05-08", "2026-02-31T10:30:00Z", 1725603017345])(
    "drops the time %j",
    (processedAt) => {
      assert.deepStrictEqual(known({ processedAt }), { status: "COMPLETED" })
    }
  )

  it("keeps the checks that it knows", () => {
    const verificationResult = { nik: "pass", name: "FAIL", dateOfBirth: "MAYBE", selfie: null, face: "PASS" }
    assert.deepStrictEqual(known({ submissionDetails: { verificationResult } }), {
      status: "COMPLETED",
      verification: { nik: "PASS", name: "FAIL" }
    })
  })

  it.each([...nothing, "text"])("makes nothing of details that are %j", (odd) => {
    assert.deepStrictEqual(known({ submissionDetails: odd }), { status: "COMPLETED" })
    assert.deepStrictEqual(known({ submissionDetails: { verificationResult: odd } }), { status: "COMPLETED" })
  })

  it.each([undefined, null, "", 7, {}, "not an id", "3174096112900001", "0812-3456-7890"])(
    "makes nothing of a certificate id that is %j",
    (registrationId) => {
      assert.deepStrictEqual(known({ submissionDetails: { registrationId } }), { status: "COMPLETED" })
    }
  )

  it("has its certificate's id in lower case", () => {
    assert.propertyVal(
      known({ submissionDetails: { registrationId: certificate.toUpperCase() } }),
      "certificateRegistrationId",
      certificate
    )
  })
})
