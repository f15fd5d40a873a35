import { expect, it } from "vitest"
import { readCallback } from "../../../src/adapters/http/request/callback-body.ts"

it("reads what it knows, words without regard to case, the submission in small letters", () => {
  const body = {
    submissionId: "AB-1",
    status: "Completed",
    result: "Valid",
    userId: "User-1",
    userIdType: "T",
    more: [1]
  }
  expect(readCallback(body, "DEFAULT")).toEqual({
    submissionId: "ab-1",
    status: "COMPLETED",
    result: "VALID",
    partnerUserId: "User-1",
    partnerUserIdType: "T"
  })
})

it.each([
  [{}, { status: "UNKNOWN" }],
  [
    { status: "SOMETHING_NEW", result: "MAYBE" },
    { status: "UNKNOWN", result: "UNKNOWN" }
  ],
  [{ status: null, result: null, userId: null, userIdType: null }, { status: "UNKNOWN" }],
  [{ status: "", result: "", userId: "", userIdType: "" }, { status: "UNKNOWN" }],
  [{ status: 7, result: [], userId: {}, userIdType: true }, { status: "UNKNOWN" }],
  [
    { status: "ERROR", userId: "u" },
    { status: "ERROR", partnerUserId: "u", partnerUserIdType: "DEFAULT" }
  ]
])("%j claims %j", (fields, claim) => {
  expect(readCallback({ submissionId: "s", ...fields }, "DEFAULT")).toMatchObject({ submissionId: "s", ...claim })
})

it("without a default a user id has no type", () => {
  const callback = readCallback({ submissionId: "s", userId: "u" }, undefined)
  expect(callback).toEqual({ submissionId: "s", status: "UNKNOWN", partnerUserId: "u" })
})

it.each([undefined, null, 5, "s", [], {}, { submissionId: null }, { submissionId: "" }, { submissionId: 5 }])(
  "%j is a ping",
  (body) => expect(readCallback(body, undefined)).toBeUndefined()
)
