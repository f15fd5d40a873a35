import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { publicTypes } from "../support/history.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

// Three time limits have to pass before anything is settled: a short one. Whatever runs out of it is made again, and nothing here may care.
const service = await startService({
  env: { ESIGN_TIMEOUT: "3 seconds", VERDICT_POLL_AFTER: "300 millis", VERDICT_POLL_MAX: "500 millis" },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("refused")
/** With both images, and a confirmation that is under way. */
const confirming = async (user: string) => {
  const { id } = await api.start(user)
  await api.uploadBoth(id)
  await eventually("a confirm", async () => (await service.callsOf(user, "confirm")).length > 0)
  return id
}

describe.concurrent("a withdrawal while the URLs are asked for", () => {
  it("nothing follows, and the next attempt is free", async () => {
    const user = userWith("urls-hang")
    const { id } = await api.start(user)
    await eventually("the URL call", async () => (await service.platform(user)).calls.length > 0)
    const { status, body } = await api.withdraw(id)
    expect({ status, state: body.state, verdictPending: body.verdictPending }).toEqual({
      status: 200,
      state: "withdrawn"
    })
    const second = await api.start(user)
    expect(second.attempt).toBe(2)
    await api.uploadBoth(second.id)
    await api.until(second.id, "issued")
    const [history] = await wholeHistories(service, user, id, second.id)
    expect(publicTypes(history)).toEqual(["Requested", "Withdrawn"])
  })
})

describe.concurrent("a withdrawal before the result of the confirm is known", () => {
  it("while it is turned away again and again: pending until the platform says that nothing was confirmed", async () => {
    const user = userWith("confirm-429-always")
    // What is unknown stays so until the platform tells something of this user.
    await simulator.script({ user, faults: { poll: { always: "500" } } })
    const id = await confirming(user)
    expect((await api.withdraw(id)).body).toMatchObject({ state: "withdrawn", verdictPending: true })
    expect(await api.post(registrationRequest({ partnerUserId: user }))).toMatchObject({
      status: 409,
      body: { code: "registration_open", state: "withdrawn" }
    })
    await simulator.script({ user, faults: { poll: null } })
    const settled = await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    expect(settled.state).toBe("withdrawn")
    const [{ events }] = await wholeHistories(service, user, id)
    expect(events.map(({ type }) => type)).toContain("NotConfirmed")
    expect(await api.start(user)).toMatchObject({ attempt: 2 })
  })
})

describe.concurrent("a confirm that is refused on its repeat", () => {
  const refused = { status: 400, code: "1653", cause: "SUBMISSION_ID_DOES_NOT_BELONG_TO_CURRENT_USER" }
  const knowsNothing = { poll: { always: { fields: { status: "INITIATED" } } } }

  it.for(["drop-after", "500-after", "garbage-after", "hang-after"])(
    "after one that was executed (%s): issued",
    async (lost) => {
      const user = userWith(`confirm-${lost} confirm-once silent`)
      // The polls lag behind the confirmation until its repeat was refused.
      await simulator.script({ user, faults: knowsNothing })
      const id = await confirming(user)
      await eventually("the refusal", async () =>
        (await service.callsOf(user, "confirm")).some(({ status }) => status === 400)
      )
      await simulator.script({ user, faults: { poll: null } })
      expect(await api.until(id, "issued")).not.toHaveProperty("failure")
      const [{ events }] = await wholeHistories(service, user, id)
      expect(events.find(({ type }) => type === "Confirmed")?.data).toMatchObject({ knownBy: "poll" })
    }
  )

  it.for(["drop", "500", "garbage", "hang"])(
    "after one that was not executed (%s): failed with the cause",
    async (lost) => {
      const user = userWith()
      const always = Array.from({ length: 50 }, () => refused)
      await simulator.script({ user, faults: { confirm: [lost, ...always] } })
      const id = await confirming(user)
      const failed = await api.until(id, "failed")
      expect(failed).toMatchObject({ failure: { reasonCode: refused.cause, platformCode: refused.code } })
      expect(failed.verdictPending).toBeUndefined()
      const { submissions } = await service.platform(user)
      expect(submissions.map(({ confirmedAt }) => confirmedAt)).toEqual([undefined])
      await wholeHistories(service, user, id)
      expect((await api.start(user)).attempt).toBe(2)
    }
  )
})

it("none of it broke the platform's contract", () => checkLedger(service))
