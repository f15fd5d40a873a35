import { randomUUID } from "node:crypto"
import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { checkHistory, publicTypes } from "../support/history.ts"
import { checkLedger, checkPlatformView } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

/** An answer may lag for three timeouts before anybody has to look. Whatever of it times out, nothing here becomes another outcome. */
const service = await startService({
  env: {
    ESIGN_TIMEOUT: "1 second",
    RETRY_MAX_DELAY: "200 millis",
    VERDICT_POLL_AFTER: "200 millis",
    VERDICT_POLL_MAX: "400 millis"
  }
})
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("hidden")
/** An upload that the storage does not answer in time comes again. */
const register = async (user: string) => {
  const { id } = await api.start(user)
  await api.uploadBoth(id)
  return id
}
const another = { reason: "another_submission", since: expect.any(String) }
const typesOf = async (user: string, id: string) => {
  const history = await api.history(id)
  checkHistory(history)
  await checkPlatformView(service, user, [history])
  return { all: history.events.map(({ type }) => type), told: publicTypes(history) }
}

describe.concurrent("polls that keep answering for a submission that is not ours", () => {
  it("decide nothing, and need a person", async () => {
    const user = userWith("superseded silent")
    const id = await register(user)
    const hidden = await api.until(id, (shown) => "attention" in shown)
    expect(hidden).toMatchObject({ attention: another })
    expect(["ready_to_confirm", "awaiting_verdict"]).toContain(hidden.state)

    const { body } = await api.withdraw(id)
    expect(body).toMatchObject({ state: "withdrawn", verdictPending: true, attention: another })
    expect(await api.post(registrationRequest({ partnerUserId: user }))).toMatchObject({
      status: 409,
      body: { code: "registration_open", state: "withdrawn" }
    })
    const { all } = await typesOf(user, id)
    expect(all.filter((type) => type === "AttentionRaised")).toHaveLength(1)
  })

  it("need nobody any more once they answer for ours again", async () => {
    const user = userWith("stuck silent")
    await simulator.script({ user, faults: { poll: { always: { fields: { submissionId: randomUUID() } } } } })
    const id = await register(user)
    await api.until(id, (shown) => "attention" in shown)
    await simulator.script({ user, faults: { poll: null } })
    const seen = await api.until(id, (shown) => !("attention" in shown))
    expect(seen.state).toBe("awaiting_verdict")
    await simulator.change(String(seen.submissionId), { status: "COMPLETED", result: "VALID" })
    expect(await api.until(id, "issued")).not.toHaveProperty("attention")
    const { all, told } = await typesOf(user, id)
    expect(all.filter((type) => type.startsWith("Attention"))).toEqual(["AttentionRaised", "AttentionCleared"])
    expect(told.filter((type) => type.startsWith("Attention"))).toEqual([])
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
