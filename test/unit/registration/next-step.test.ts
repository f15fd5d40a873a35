import { describe, expect, it } from "vitest"
import type { RegistrationEvent } from "../../../src/domain/registration/events.ts"
import { isAnswerBehind, isReportAhead, nextStep, type Step } from "../../../src/domain/registration/next-step.ts"
import { fold, second, start } from "../../support/given.ts"
import { type HistoryName, histories, reported, urlsClaimed, urlsIssued } from "../../support/registration-events.ts"

const pace = { uploadWindow: 30 * 86_400_000, verdictPollAfter: 600_000 }
const windowEnd = start + pace.uploadWindow
const stepAt = (history: ReadonlyArray<RegistrationEvent>, now: number) => nextStep(fold(history), now, pace)
const confirmedAt = start + (histories.awaitingVerdict.length - 1) * second
const pollAt = confirmedAt + pace.verdictPollAfter
const waitUntil = (at: number): Step => ({ _tag: "WaitUntil", at })
const poll = { _tag: "Poll" }
const nothing = { _tag: "Nothing" }

const soon: ReadonlyArray<readonly [HistoryName, object]> = [
  ["initial", nothing],
  ["requested", { _tag: "IssueUrls" }],
  ["asking", { _tag: "IssueUrls" }],
  ["awaiting", waitUntil(windowEnd)],
  ["halfway", waitUntil(windowEnd)],
  ["ranOut", waitUntil(windowEnd)],
  ["renewing", { _tag: "IssueUrls" }],
  ["ready", { _tag: "Confirm" }],
  ["confirming", poll],
  ["awaitingVerdict", waitUntil(pollAt)],
  ["hidden", waitUntil(pollAt)],
  ["identityVerified", waitUntil(pollAt)],
  ["issued", nothing],
  ["rejected", nothing],
  ["errorReported", nothing],
  ["urlsRefused", nothing],
  ["confirmRefused", nothing],
  ["givenUpAsking", nothing],
  ["givenUp", poll],
  ["givenUpIssued", nothing],
  ["withdrawnEarly", nothing],
  ["withdrawnAwaiting", nothing],
  ["withdrawnConfirming", poll],
  ["withdrawnConfirmed", waitUntil(pollAt)],
  ["withdrawnHidden", waitUntil(pollAt)],
  ["withdrawnRejected", nothing],
  ["withdrawnNotConfirmed", nothing],
  ["expired", nothing],
  ["erased", nothing]
]

describe("the next step", () => {
  it("is known for every state", () => {
    expect(soon.map(([name]) => name).sort()).toEqual(Object.keys(histories).sort())
  })

  it.each(soon)("%s, at once", (name, step) => {
    expect(stepAt(histories[name], start + 20 * second)).toMatchObject(step)
  })

  it.each(["requested", "asking", "awaiting", "halfway", "renewing"] as const)(
    "%s: expires with its window",
    (name) => {
      expect(stepAt(histories[name], windowEnd - 1)).not.toEqual({ _tag: "Expire" })
      expect(stepAt(histories[name], windowEnd)).toEqual({ _tag: "Expire" })
    }
  )

  it.each(["ready", "confirming", "awaitingVerdict", "identityVerified"] as const)(
    "%s: both images are there, nothing expires",
    (name) => {
      expect(stepAt(histories[name], windowEnd + 1)).not.toEqual({ _tag: "Expire" })
    }
  )

  it("images are waited for over the end of the URLs: they are replaced when they are needed", () => {
    expect(stepAt(histories.awaiting, Date.parse("2026-12-01T00:00:00.000Z"))).toEqual(waitUntil(windowEnd))
    expect(stepAt([...histories.awaiting, urlsClaimed(2), urlsIssued(2)], windowEnd - 1)).toEqual(waitUntil(windowEnd))
  })

  it.each(["awaitingVerdict", "identityVerified", "withdrawnConfirmed"] as const)(
    "%s: asks when no callback came for too long",
    (name) => {
      expect(stepAt(histories[name], pollAt - 1)).toEqual(waitUntil(pollAt))
      expect(stepAt(histories[name], pollAt)).toEqual({ _tag: "Poll" })
    }
  )

  it.each(["awaitingVerdict", "identityVerified", "withdrawnConfirmed"] as const)(
    "%s: asks at once when a callback claimed something",
    (name) => {
      expect(stepAt([...histories[name], reported("COMPLETED", "VALID")], pollAt - 1)).toMatchObject(poll)
    }
  )
})

describe("a report is ahead of what the platform's own answers told", () => {
  it.each([
    ["awaitingVerdict", reported("COMPLETED", "VALID"), true],
    ["awaitingVerdict", reported("PARTIALLY_COMPLETED"), true],
    ["awaitingVerdict", reported("ERROR"), true],
    ["awaitingVerdict", reported("UNKNOWN"), true],
    ["identityVerified", reported("PARTIALLY_COMPLETED"), false],
    ["identityVerified", reported("COMPLETED", "INVALID"), true],
    ["withdrawnConfirmed", reported("COMPLETED"), true],
    ["confirming", reported("COMPLETED"), true],
    ["issued", reported("COMPLETED"), false]
  ] as const)("%s, %o: %s", (name, report, ahead) => {
    expect(isReportAhead(fold(histories[name]))).toBe(false)
    expect(isReportAhead(fold([...histories[name], report]))).toBe(ahead)
  })

  it("one report that is ahead is enough", () => {
    const history = [...histories.identityVerified, reported("PARTIALLY_COMPLETED"), reported("COMPLETED", "VALID")]
    expect(isReportAhead(fold(history))).toBe(true)
  })
})

describe("the platform's answers are behind a report that they can still come to say", () => {
  it.each([
    ["awaitingVerdict", reported("COMPLETED", "VALID"), true],
    ["awaitingVerdict", reported("PARTIALLY_COMPLETED"), true],
    ["awaitingVerdict", reported("ERROR"), true],
    ["awaitingVerdict", reported("UNKNOWN"), false],
    ["awaitingVerdict", reported("IN_PROGRESS"), false],
    ["confirming", reported("PARTIALLY_COMPLETED"), true],
    ["identityVerified", reported("PARTIALLY_COMPLETED"), false],
    ["identityVerified", reported("COMPLETED", "INVALID"), true],
    ["withdrawnConfirmed", reported("PARTIALLY_COMPLETED"), false],
    ["withdrawnConfirmed", reported("COMPLETED"), true],
    ["issued", reported("COMPLETED"), false]
  ] as const)("%s, %o: %s", (name, report, behind) => {
    expect(isAnswerBehind(fold([...histories[name], report]))).toBe(behind)
  })
})
