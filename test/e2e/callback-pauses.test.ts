import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { startService } from "../support/service.ts"

const service = await startService({ env: { VERDICT_POLL_AFTER: "200 millis", VERDICT_POLL_MAX: "1 hour" } })
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("pauses")

/** The pauses between the polls of a user from now on, until there are so many. */
const pausesOf = async (user: string, count: number) => {
  const made = () => service.callsOf(user, "poll")
  const before = (await made()).length
  const polls = await eventually("its polls", async () => {
    const now = (await made()).slice(before)
    return now.length > count && now
  })
  return polls.slice(1).map(({ at }, n) => at - (polls[n]?.at ?? Number.NaN))
}

describe.concurrent("a claim that no answer of the platform can confirm", () => {
  it.for(["IN_PROGRESS", "INVENTED", undefined])("%s: asked about with growing pauses", async (status) => {
    const user = userWith("stuck silent")
    const { submissionId } = await api.until(await api.register(user), "awaiting_verdict")
    const pauses = pausesOf(user, 4)
    expect(await service.callback({ submissionId, status })).toBe(200)
    // 200, 400, 800, 1600 ms: not the same again and again.
    expect((await pauses).at(-1)).toBeGreaterThan(1400)
  })

  it("a verified identity after a withdrawal: the same", async () => {
    const user = userWith("partial-only silent")
    const id = await api.register(user)
    const { submissionId } = await api.until(id, "identity_verified")
    expect((await api.withdraw(id)).status).toBe(200)
    const pauses = pausesOf(user, 4)
    expect(await service.callback({ submissionId, status: "PARTIALLY_COMPLETED", result: "VALID" })).toBe(200)
    expect((await pauses).at(-1)).toBeGreaterThan(1400)
  })
})
