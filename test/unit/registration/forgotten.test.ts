import { describe, expect, it } from "vitest"
import { attentionOf } from "../../../src/domain/registration/attention.ts"
import type { RegistrationCommand } from "../../../src/domain/registration/commands.ts"
import { isSettled, submissionOf } from "../../../src/domain/registration/registration.ts"
import { fold, given } from "../../support/given.ts"
import { claimConfirm, recordResult } from "../../support/registration-commands.ts"
import {
  attentionRaised,
  confirmClaimed,
  confirmed,
  errorReported,
  histories,
  issued,
  rejected,
  urlsClaimed,
  urlsIssued,
  verified,
  withdrawn
} from "../../support/registration-events.ts"

const { owner, sessionId } = claimConfirm()
const claim = { owner, sessionId }
const verdicts = [
  ["undecided", { status: "IN_PROGRESS" }, []],
  ["the identity", { status: "PARTIALLY_COMPLETED", result: "VALID" }, [verified]],
  [
    "issued",
    { status: "COMPLETED", result: "VALID", certificateRegistrationId: "c1", processedAt: "2026-11-25T10:20:00Z" },
    [issued]
  ],
  [
    "rejected",
    { status: "COMPLETED", result: "INVALID", reasonCode: "NOT_EKTP", verification: { nik: "FAIL" } },
    [rejected]
  ],
  ["an error", { status: "ERROR", reasonCode: "SYSTEM_ERROR" }, [errorReported]]
] as const satisfies ReadonlyArray<readonly [string, Parameters<typeof recordResult>[0], ReadonlyArray<unknown>]>

describe("a confirmation that the log has forgotten and the platform knows", () => {
  it.each(verdicts)("is recovered with its outcome: %s", (_, result, adds) => {
    given(...histories.ready)
      .when({ ...recordResult(result), claim })
      .thenAdds(confirmClaimed(), confirmed("poll"), ...adds)
  })

  it.each(verdicts)("and with its images, which nobody remembers: %s", (_, result, adds) => {
    for (const name of ["awaiting", "halfway", "ranOut", "renewing"] as const) {
      const recovered = [confirmClaimed(), confirmed("poll"), ...adds]
      given(...histories[name])
        .when({ ...recordResult(result), claim })
        .thenAdds(...recovered)
      const state = fold([...histories[name], ...recovered])
      expect(isSettled(state)).toBe(adds.length > 0 && adds[0] !== verified)
      expect(submissionOf(state)?.images).toEqual(submissionOf(fold(histories[name]))?.images)
    }
  })

  it("is claimed once alone: what is claimed already keeps its claim", () => {
    const result = { ...recordResult({ status: "IN_PROGRESS" }), claim: { owner: "p2", sessionId: "other" } }
    given(...histories.confirming)
      .when(result)
      .thenAdds(confirmed("poll"))
  })

  it("is none of another submission, and of no end", () => {
    const result = { ...recordResult({ status: "COMPLETED", result: "VALID" }), claim }
    for (const name of ["expired", "withdrawnAwaiting", "issued"] as const)
      given(...histories[name])
        .when(result)
        .thenNothing()
    given(...histories.ready)
      .when({ ...recordResult({ status: "COMPLETED", result: "VALID" }, 2), claim })
      .thenRefused("AnotherSubmission")
    given(...histories.requested)
      .when(result)
      .thenRefused("AnotherSubmission")
  })
})

describe("attention before anything is known to be confirmed", () => {
  const raise = (submissionId: string): RegistrationCommand => ({
    _tag: "RaiseAttention",
    submissionId,
    reason: "another_submission"
  })

  it("is raised once, of our submission, or of the other one before there is one", () => {
    const ofTheOther = { ...attentionRaised, submissionId: "other" }
    for (const name of ["requested", "asking"] as const) {
      given(...histories[name])
        .when(raise("other"))
        .thenAdds(ofTheOther)
      expect(attentionOf(fold([...histories[name], ofTheOther]))?.reason).toBe("another_submission")
    }
    for (const name of ["awaiting", "halfway", "ready"] as const)
      given(...histories[name])
        .when(raise("s1"))
        .thenAdds(attentionRaised)
    given(...histories.awaiting)
      .when(raise("other"))
      .thenRefused("AnotherSubmission")
    given(...histories.expired)
      .when(raise("s1"))
      .thenNothing()
  })

  it("is over when it ends, when there is a newer submission, and when its confirmation is known", () => {
    const attended = [...histories.awaiting, attentionRaised]
    expect(attentionOf(fold(attended))).toBeDefined()
    expect(attentionOf(fold([...attended, withdrawn]))).toBeUndefined()
    expect(attentionOf(fold([...attended, urlsClaimed(2), urlsIssued(2)]))).toBeUndefined()
    const recovered = [...attended, confirmClaimed(), confirmed("poll")]
    expect(attentionOf(fold(recovered))).toBeUndefined()
    expect(attentionOf(fold([...recovered, issued]))).toBeUndefined()
  })
})
