import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { type Attempt, nextAttempt } from "../../../src/domain/registration/attempts.ts"
import type { Registration } from "../../../src/domain/registration/registration.ts"
import { fold } from "../../support/given.ts"
import { type HistoryName, histories, historyNames } from "../../support/registration-events.ts"

type Name = Exclude<HistoryName, "initial">

const attempts = (...names: ReadonlyArray<Name>): ReadonlyArray<Attempt> =>
  names.map((name, i) => ({ id: `attempt-${i + 1}`, state: fold(histories[name]) as Registration }))

const next = (names: ReadonlyArray<Name>, { renew = false, maxAttempts = 50 } = {}) =>
  Result.match(nextAttempt(attempts(...names), { renew, maxAttempts }), {
    onSuccess: (n) => n,
    onFailure: (refusal) => ("attempt" in refusal ? `${refusal._tag} ${refusal.attempt.id}` : refusal._tag)
  })

describe("the next attempt", () => {
  it("of a new user is the first", () => {
    expect(next([])).toBe(1)
  })

  it.each([
    ["rejected", 2],
    ["errorReported", 2],
    ["urlsRefused", 2],
    ["confirmRefused", 2],
    ["givenUpAsking", 2],
    ["withdrawnEarly", 2],
    ["withdrawnRejected", 2],
    ["withdrawnNotConfirmed", 2],
    ["expired", 2],
    ["erased", 2],
    ["issued", "AlreadyIssued attempt-1"],
    ["givenUpIssued", "AlreadyIssued attempt-1"],
    ["givenUp", "RegistrationOpen attempt-1"],
    ["withdrawnConfirming", "RegistrationOpen attempt-1"],
    ["withdrawnConfirmed", "RegistrationOpen attempt-1"],
    ["withdrawnHidden", "RegistrationOpen attempt-1"]
  ] as const)("after %s: %s", (name, expected) => {
    expect(next([name])).toBe(expected)
  })

  const open = historyNames.slice(1, historyNames.indexOf("identityVerified") + 1) as ReadonlyArray<Name>
  it.each(open)("%s is open, renewed or not", (name) => {
    expect(next(["rejected", name])).toBe("RegistrationOpen attempt-2")
    expect(next([name], { renew: true })).toBe("RegistrationOpen attempt-1")
  })

  it("says in which state the open one is", () => {
    expect(nextAttempt(attempts("withdrawnConfirming"), { renew: false, maxAttempts: 50 })).toMatchObject({
      failure: { state: "withdrawn" }
    })
  })

  it("is refused after a certificate of any attempt, the latest of them named", () => {
    expect(next(["issued", "rejected"])).toBe("AlreadyIssued attempt-1")
    expect(next(["issued", "givenUpIssued", "expired"])).toBe("AlreadyIssued attempt-2")
  })

  it("starts all the same when it renews", () => {
    expect(next(["issued"], { renew: true })).toBe(2)
    expect(next(["issued", "givenUpIssued", "expired"], { renew: true })).toBe(4)
  })

  it("comes to an end, which is looked at last", () => {
    expect(next(["rejected", "rejected"], { maxAttempts: 3 })).toBe(3)
    expect(next(["rejected", "rejected"], { maxAttempts: 2 })).toBe("AttemptsExhausted")
    expect(next(["issued", "rejected"], { maxAttempts: 2 })).toBe("AlreadyIssued attempt-1")
    expect(next(["issued", "rejected"], { maxAttempts: 2, renew: true })).toBe("AttemptsExhausted")
    expect(next(["issued", "ready"], { maxAttempts: 2, renew: true })).toBe("RegistrationOpen attempt-2")
  })
})
