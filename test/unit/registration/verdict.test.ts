import { describe, expect, it } from "vitest"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { certificateOf, isSettled } from "../../../src/domain/registration/registration.ts"
import { fold, given } from "../../support/given.ts"
import {
  recordConfirmed,
  recordNotConfirmed,
  recordResult,
  refuseConfirm
} from "../../support/registration-commands.ts"
import {
  confirmed,
  errorReported,
  histories,
  issued,
  notConfirmed,
  rejected,
  reported,
  verified
} from "../../support/registration-events.ts"

const valid = { certificateRegistrationId: "c1", processedAt: "2026-11-25T10:20:00Z" }
const invalid = { reasonCode: "NOT_EKTP", verification: { nik: "FAIL" } } as const

/** contract/esign-api §5. */
const verdicts = [
  ["IN_PROGRESS, no result", { status: "IN_PROGRESS" }, []],
  ["IN_PROGRESS, VALID", { status: "IN_PROGRESS", result: "VALID" }, []],
  ["PARTIALLY_COMPLETED, no result", { status: "PARTIALLY_COMPLETED" }, [verified]],
  ["PARTIALLY_COMPLETED, VALID", { status: "PARTIALLY_COMPLETED", result: "VALID" }, [verified]],
  ["PARTIALLY_COMPLETED, INVALID", { status: "PARTIALLY_COMPLETED", result: "INVALID" }, []],
  ["PARTIALLY_COMPLETED, an unknown result", { status: "PARTIALLY_COMPLETED", result: "UNKNOWN" }, []],
  ["COMPLETED, no result", { status: "COMPLETED" }, []],
  ["COMPLETED, an unknown result", { status: "COMPLETED", result: "UNKNOWN" }, []],
  ["COMPLETED, VALID", { status: "COMPLETED", result: "VALID", ...valid }, [issued]],
  ["COMPLETED, INVALID", { status: "COMPLETED", result: "INVALID", ...invalid }, [rejected]],
  ["ERROR", { status: "ERROR", reasonCode: "SYSTEM_ERROR" }, [errorReported]],
  ["ERROR, VALID", { status: "ERROR", result: "VALID", reasonCode: "SYSTEM_ERROR" }, [errorReported]],
  ["an unknown status", { status: "UNKNOWN", result: "VALID" }, []]
] as const satisfies ReadonlyArray<
  readonly [string, Parameters<typeof recordResult>[0], ReadonlyArray<RegistrationEvent>]
>
const decisive = verdicts.filter(([, , adds]) => adds.some((event) => event._tag !== "IdentityVerified"))

describe.each(verdicts)("the platform's answer %s", (_, result, adds) => {
  it("decides once the confirmation is known", () => {
    given(...histories.awaitingVerdict)
      .when(recordResult(result))
      .thenAdds(...adds)
  })

  it("settles a confirmation that may have been sent, whatever else it says", () => {
    given(...histories.confirming)
      .when(recordResult(result))
      .thenAdds(confirmed("poll"), ...adds)
  })

  it("adds to a verified identity only what ends it", () => {
    given(...histories.identityVerified)
      .when(recordResult(result))
      .thenAdds(...adds.filter((event) => event !== verified))
  })

  it("counts only for the submission that it names, and only after a claim", () => {
    for (const name of ["confirming", "awaitingVerdict", "identityVerified", "issued", "withdrawnConfirmed"] as const)
      given(...histories[name])
        .when(recordResult(result, 2))
        .thenRefused("AnotherSubmission")
    given(...histories.ready)
      .when(recordResult(result))
      .thenRefused("NotClaimed")
  })
})

describe("what the platform did not say is absent", () => {
  it.each([
    [
      { status: "COMPLETED", result: "VALID" },
      { _tag: "CertificateIssued", submissionId: "s1" }
    ],
    [
      { status: "COMPLETED", result: "INVALID" },
      { _tag: "Rejected", submissionId: "s1" }
    ],
    [{ status: "ERROR" }, { _tag: "Failed", submissionId: "s1", by: "verdict" }]
  ] as const)("%o", (result, event) => {
    given(...histories.awaitingVerdict)
      .when(recordResult(result))
      .thenAdds(event)
  })
})

describe.each(["withdrawnConfirmed", "withdrawnConfirming", "givenUp"] as const)("a verdict after %s", (name) => {
  const history = histories[name]
  const known = name === "withdrawnConfirmed" ? [] : [confirmed("poll")]

  it.each(decisive)("%s is recorded and shown; the state stays, and it is settled", (_, result, adds) => {
    given(...history)
      .when(recordResult(result))
      .thenAdds(...known, ...adds)
    const before = fold(history)
    const after = fold([...history, ...known, ...adds])
    expect(after._tag).toBe(before._tag)
    expect("verdict" in after && after.verdict?._tag).toBe(
      { CertificateIssued: "Issued", Rejected: "Rejected", Failed: "Error" }[adds[0]?._tag as string]
    )
    expect([isSettled(before), isSettled(after)]).toEqual([false, true])
    expect(certificateOf(after) !== undefined).toBe(adds[0]?._tag === "CertificateIssued")
    given(...history, ...known, ...adds)
      .when(recordResult({ status: "COMPLETED", result: "VALID" }))
      .thenNothing()
  })

  it("a verified identity decides nothing, and settles nothing", () => {
    given(...history)
      .when(recordResult({ status: "PARTIALLY_COMPLETED" }))
      .thenAdds(...known)
    expect(isSettled(fold([...history, ...known]))).toBe(false)
  })

  it("the claim of a callback is recorded, once", () => {
    const { _tag, submissionId, ...claim } = reported("COMPLETED", "INVALID")
    const report = { _tag: "ReportResult", submissionId: "s1", ...claim } as const
    given(...history)
      .when(report)
      .thenAdds(reported("COMPLETED", "INVALID"))
    given(...history, reported("COMPLETED", "INVALID"))
      .when(report)
      .thenNothing()
  })
})

describe("an end without a confirmation", () => {
  it("is settled by the platform's word that nothing was confirmed", () => {
    for (const name of ["withdrawnConfirming", "givenUp"] as const) {
      given(...histories[name])
        .when(recordNotConfirmed())
        .thenAdds(notConfirmed)
      given(...histories[name])
        .when(refuseConfirm())
        .thenAdds(notConfirmed)
      expect(isSettled(fold([...histories[name], notConfirmed]))).toBe(true)
    }
  })

  it("but never once the confirmation is known", () => {
    for (const history of [histories.withdrawnConfirmed, [...histories.withdrawnConfirming, confirmed("poll")]]) {
      given(...history)
        .when(recordNotConfirmed())
        .thenNothing()
      given(...history)
        .when(refuseConfirm())
        .thenNothing()
      expect(isSettled(fold(history))).toBe(false)
    }
  })

  it("a late answer of the platform to our confirm is recorded", () => {
    given(...histories.withdrawnConfirming)
      .when(recordConfirmed())
      .thenAdds(confirmed("answer"))
  })
})
