import { describe, expect, it } from "vitest"
import { logStream, registrationId, registrationOf, sessionId, streamOf } from "../../../src/application/history/ids.ts"
import { uuid5 } from "../../support/rfc.ts"

describe("ids", () => {
  it.each([
    ["ACME_USER_ID", "user-42", 1, "953cc770-d1be-5846-a834-71fbe1c6e550"],
    ["ACME_USER_ID", "user-42", 2, "03ac98d3-a980-55e1-97f1-2f678ada6c76"],
    ["A:B", "C", 1, "93c591c4-ead0-56ff-94ed-5b3615a8f390"]
  ])("of a registration (service-api §2): %s, %s, %i", (type, user, attempt, id) => {
    expect(registrationId(type, user, attempt)).toBe(id)
  })

  it("of a registration do not depend on where a name is cut", () => {
    expect(registrationId("A", "B:C", 1)).not.toBe(registrationId("A:B", "C", 1))
  })

  it.each([
    ["urls", 0, 0, ""],
    ["upload", 1, 0, ""],
    ["confirm", 6, 0, ""],
    ["urls", 0, 1, ",1"],
    ["upload", 1, 2, ",2"],
    ["confirm", 6, 12, ",12"]
  ] as const)("of a session (service-api §2): %s, try %i, epoch %i", (call, n, epoch, member) => {
    const registration = "953cc770-d1be-5846-a834-71fbe1c6e550"
    const name = `["${registration}","${call}",${n}${member}]`
    expect(sessionId(registration, call, n, { epoch })).toBe(uuid5("b1f4f0c2-2a43-4f0e-8d0a-6f2f7f1f5d10", name))
  })

  it("of a stream and back", () => {
    expect(streamOf("1")).toBe("registration-1")
    expect(registrationOf(streamOf("1"))).toBe("1")
    expect(registrationOf(logStream)).toBeUndefined()
  })
})
