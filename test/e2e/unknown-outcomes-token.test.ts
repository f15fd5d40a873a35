import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { publicTypes } from "../support/history.ts"
import { losses } from "../support/lost-answers.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

/** A short time limit, since some answers never come. */
const service = await startService({
  env: {
    ESIGN_TIMEOUT: "1 second",
    RETRY_MAX_DELAY: "200 millis",
    VERDICT_POLL_AFTER: "200 millis",
    VERDICT_POLL_MAX: "400 millis"
  },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service
const userWith = usersOf("token")
const tokens = async () => (await simulator.ledger()).calls.token

/** The next call of anybody needs a token, and gets none for so many times. */
const loseToken = async (faults: ReadonlyArray<unknown> | { readonly always: unknown }) => {
  await simulator.script({ faults: { token: faults } })
  await simulator.expireTokens()
}

describe("a token whose answer is lost", () => {
  // There is no effect that they could come after.
  const words = losses.filter(({ moment, word }) => moment === "before" || word === "cut").map(({ word }) => word)

  it.for([...words, "401", "429", "slow"])("holds up whatever call needs it, and harms none: %s", async (word) => {
    const [urls, confirm, poll] = [userWith(), userWith(), userWith("stuck silent")]
    const { id: confirmed } = await api.start(confirm)
    const polled = await api.register(poll)
    await api.until(confirmed, "awaiting_images")
    const { submissionId } = await api.until(polled, "awaiting_verdict")
    const before = await tokens()
    await loseToken([word])
    const { id: requested } = await api.start(urls)
    await Promise.all([api.uploadBoth(requested), api.uploadBoth(confirmed)])
    await simulator.change(String(submissionId), { status: "COMPLETED", result: "VALID" })
    for (const [user, id] of [
      [urls, requested],
      [confirm, confirmed],
      [poll, polled]
    ] as const) {
      expect(await api.until(id, "issued")).not.toHaveProperty("failure")
      await wholeHistories(service, user, id)
    }
    expect(await tokens()).toBeGreaterThan(before + (word === "slow" ? 0 : 1))
  })

  it("lets nothing reach the platform of what is withdrawn meanwhile", async () => {
    await loseToken({ always: "503" })
    const user = userWith()
    const before = await tokens()
    const { id } = await api.start(user)
    await eventually("a call for a token", async () => (await tokens()) > before)
    expect((await api.withdraw(id)).body).not.toHaveProperty("verdictPending")
    await simulator.script({ faults: { token: null } })
    const next = await api.start(user)
    expect(next.attempt).toBe(2)
    await api.uploadBoth(next.id)
    await api.until(next.id, "issued")
    const [first] = await wholeHistories(service, user, id, next.id)
    expect(publicTypes(first)).toEqual(["Requested", "Withdrawn"])
    // The old token was tried, and turned away.
    const claimed = first.events.find(({ type }) => type === "CallStarted")?.data["sessionId"]
    const { calls } = await service.platform(user)
    for (const { status } of calls.filter(({ session }) => session === claimed))
      expect([401, "dropped"]).toContain(status)
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
