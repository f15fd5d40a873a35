import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { checkLedger, checkPlatformView } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

/** Short, since settling takes three of them: no test here may care whether a call that got through was answered in time. */
const esignTimeout = 1000
const service = await startService({
  env: {
    RETRY_MAX_DELAY: "200 millis",
    ESIGN_TIMEOUT: `${esignTimeout} millis`,
    VERDICT_POLL_AFTER: "200 millis",
    VERDICT_POLL_MAX: "400 millis"
  }
})
afterAll(() => service.close())
const { api } = service

const userWith = usersOf("settling")
const callsOf = async (user: string, kind: string) =>
  (await service.platform(user)).calls.filter(({ call }) => call === kind)
const whole = async (user: string, id: string) => {
  const history = await api.history(id)
  checkHistory(history)
  await checkPlatformView(service, user, [history])
  return history
}

describe.concurrent("that nothing was confirmed", () => {
  it.for([
    ["INITIATED", 200, "confirm-drop-always"],
    ["404", 404, "confirm-drop-always unconfirmed-404"]
  ] as const)("is known by two polls, later than three timeouts after the last transmission: %s", async (row) => {
    const [, status, values] = row
    const user = userWith(values)
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await eventually("a confirm", async () => (await callsOf(user, "confirm")).length > 0)
    expect((await api.withdraw(id)).body).toMatchObject({ state: "withdrawn", verdictPending: true })
    await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    const { events } = await whole(user, id)
    const settled = events.find(({ type }) => type === "NotConfirmed")
    const last = (await callsOf(user, "confirm")).at(-1)?.at ?? Number.NaN
    const late = (await callsOf(user, "poll")).filter((poll) => poll.at > last + 3 * esignTimeout)
    // One that took too long may have been broken off.
    expect(new Set([...late.map((poll) => poll.status), "dropped"])).toEqual(new Set([status, "dropped"]))
    expect(late.filter((poll) => poll.status === status).length).toBeGreaterThanOrEqual(2)
    expect(Date.parse(settled?.recordedAt ?? "")).toBeGreaterThanOrEqual(late.at(-1)?.at ?? Number.NaN)
  })
})

describe.concurrent("a verdict that does not come", () => {
  it("is waited for by no timer: the next attempt is not free", async () => {
    const user = userWith("stuck silent")
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await api.until(id, "awaiting_verdict")
    await api.withdraw(id)
    const last = (await callsOf(user, "confirm")).at(-1)?.at ?? Number.NaN
    await eventually("polls that are later than three timeouts", async () => {
      const late = (await callsOf(user, "poll")).filter(({ at }) => at > last + 3 * esignTimeout)
      return late.length >= 3
    })
    expect(await api.get(id)).toMatchObject({ state: "withdrawn", verdictPending: true })
    expect(await api.post(registrationRequest({ partnerUserId: user, renew: true }))).toMatchObject({
      status: 409,
      body: { code: "registration_open", state: "withdrawn", registrationId: id }
    })
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
