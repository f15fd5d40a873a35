import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Json, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { type HeldService, startHeld } from "../support/held-service.ts"
import { checkHistory } from "../support/history.ts"
import { userIdType } from "../support/service-program.ts"

let service: HeldService
beforeAll(async () => {
  service = await startHeld({ env: { VERDICT_POLL_AFTER: "1 hour" } })
  // As if the rows always lagged behind the log.
  service.instead("Views.idOfSubmission", undefined)
})
afterAll(() => service.close())

const userWith = usersOf("named")
/** A registration that waits for a verdict; also as a second attempt. */
const waiting = async (attempt: 1 | 2) => {
  const user = userWith("silent")
  if (attempt === 2) await service.api.withdraw((await service.api.start(user)).id)
  await service.simulator.script({ user, values: ["stuck", "silent"] })
  const id = await service.api.register(user)
  const now = await service.api.until(id, "awaiting_verdict")
  expect(now.attempt).toBe(attempt)
  return { user, id, now, submissionId: String(now.submissionId) }
}

describe.each([1, 2] as const)("a callback whose submission is in no row yet, about attempt %i", (attempt) => {
  it("is found by its user, and brings what the platform says", async () => {
    const { user, id, submissionId } = await waiting(attempt)
    await service.simulator.change(submissionId, { status: "COMPLETED", result: "VALID", callback: "none" })
    const body = { submissionId, userId: user, userIdType, status: "COMPLETED", result: "INVALID" }
    expect(await service.callback(body)).toBe(200)
    await service.api.until(id, "issued")
    checkHistory(await service.api.history(id))
  })

  it("decides nothing, and is found under the default type of user ids where it names none", async () => {
    const { user, id, submissionId } = await waiting(attempt)
    expect(await service.callback({ submissionId, userId: user, status: "COMPLETED", result: "VALID" })).toBe(200)
    await eventually("a poll", async () => (await service.callsOf(user, "poll")).length > 0)
    expect((await service.api.get(id)).state).toBe("awaiting_verdict")
  })

  it("of nobody, of somebody else or under another type of user ids adds nothing", async () => {
    const { user, id, now, submissionId } = await waiting(attempt)
    const claim = { submissionId, status: "COMPLETED", result: "VALID" }
    const others: ReadonlyArray<Json> = [
      claim,
      { ...claim, userId: userWith() },
      { ...claim, userId: user, userIdType: "OTHER" },
      { ...claim, userId: user, userIdType, submissionId: "953cc770-d1be-5846-a834-71fbe1c6e550" },
      { ...claim, userId: (await waiting(1)).user, userIdType }
    ]
    for (const body of others) expect(await service.callback(body)).toBe(200)
    expect(await service.api.get(id)).toEqual(now)
    expect(await service.callsOf(user, "poll")).toEqual([])
  })
})
