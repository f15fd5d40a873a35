import { randomUUID } from "node:crypto"
import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { publicTypes } from "../support/history.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
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
    const [{ events }] = await wholeHistories(service, user, id)
    expect(events.filter(({ type }) => type === "AttentionRaised")).toHaveLength(1)
  })

  it("need nobody any more once they answered for ours again and told its verdict", async () => {
    const user = userWith("stuck silent")
    await simulator.script({ user, faults: { poll: { always: { fields: { submissionId: randomUUID() } } } } })
    const id = await register(user)
    await api.until(id, (shown) => "attention" in shown)
    await simulator.script({ user, faults: { poll: null } })
    const { submissionId } = await api.get(id)
    await simulator.change(String(submissionId), { status: "COMPLETED", result: "VALID" })
    expect(await api.until(id, "issued")).not.toHaveProperty("attention")
    const [history] = await wholeHistories(service, user, id)
    const attentions = (types: ReadonlyArray<string>) => types.filter((type) => type.startsWith("Attention"))
    expect(attentions(history.events.map(({ type }) => type))).toEqual(["AttentionRaised"])
    expect(attentions(publicTypes(history))).toEqual([])
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
