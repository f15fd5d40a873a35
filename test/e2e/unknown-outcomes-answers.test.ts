import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { jpeg } from "../support/images.ts"
import { endOf, isStruck, loseAnswer, lostCalls, settles } from "../support/lost-answers.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 64 })

/** A short time limit, since some answers never come; a call that got through and took longer is one more lost answer. */
const esignTimeout = 1000
const service = await startService({
  env: {
    ESIGN_TIMEOUT: `${esignTimeout} millis`,
    RETRY_MAX_DELAY: "200 millis",
    VERDICT_POLL_AFTER: "200 millis",
    VERDICT_POLL_MAX: "400 millis"
  },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service
const userWith = usersOf("unknown")

const lastConfirmOf = async (user: string) => (await service.callsOf(user, "confirm")).at(-1)?.at ?? Number.NaN
/** As if no fault had struck. */
const endsIssued = async (user: string, id: string) => {
  expect(await api.until(id, "issued")).not.toHaveProperty("verdictPending")
  await wholeHistories(service, user, id)
  const { calls, submissions } = await service.platform(user)
  expect(calls.some(({ fault }) => fault !== undefined)).toBe(true)
  expect(submissions).toHaveLength(1)
  expect(submissions[0]?.confirmedUnder).toHaveLength(1)
}

describe.concurrent("an answer that is lost", () => {
  it.for(lostCalls)("and nothing else happens: $name", async ({ call, word }) => {
    const user = userWith()
    await simulator.script({ user, values: call === "poll" ? ["silent"] : [], faults: { [call]: [word] } })
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await endsIssued(user, id)
  })

  it.for(lostCalls)("and it is withdrawn then: $name", async (lost) => {
    const standing = await loseAnswer(service, userWith(), lost)
    expect((await api.withdraw(standing.id)).status).toBe(200)
    await settles(service, standing, endOf(lost, "withdrawn"))
  })

  it.for(["hang", "hang-after"])("of the storage, and it is sent again: issued (%s)", async (word) => {
    const user = userWith()
    await simulator.script({ user, faults: { ktp: [word] } })
    const { id } = await api.start(user)
    const statuses = await api.uploadBoth(id, { ktp: jpeg({ size: 1_500_000 }), selfie: jpeg() })
    expect(statuses[0]).toBe(503)
    expect(new Set(statuses)).toEqual(new Set([503, 200]))
    await endsIssued(user, id)
  })

  it.for(["hang", "hang-after", "drop-after"])("of the storage, and it is withdrawn then: %s", async (word) => {
    const user = userWith()
    await simulator.script({ user, faults: { ktp: [word] } })
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    const upload = api.put(id, "ktp", jpeg())
    await isStruck(service, user, "put")
    const { status, body } = await api.withdraw(id)
    expect({ status, pending: body.verdictPending }).toEqual({ status: 200, pending: undefined })
    expect([200, 409, 502, 503]).toContain((await upload).status)
    const [history] = await wholeHistories(service, user, id)
    expect(history.registration.state).toBe("withdrawn")
    expect((await api.start(user)).attempt).toBe(2)
  })
})

describe.concurrent("a poll asked too early", () => {
  it("does not prove that nothing was confirmed, however late its answer comes", async () => {
    const user = userWith()
    const slow = 700
    await simulator.script({ user, faults: { confirm: { always: "drop" }, poll: { always: { slow } } } })
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await isStruck(service, user, "confirm")
    const { body } = await api.withdraw(id)
    const last = await lastConfirmOf(user)
    await eventually("the time shortly before", () => Date.now() > last + 2.6 * esignTimeout)
    // It has the platform asked at once.
    expect(await service.callback({ submissionId: body.submissionId })).toBe(200)
    await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    const { events } = await api.history(id)
    const settledAt = Date.parse(events.find(({ type }) => type === "NotConfirmed")?.recordedAt ?? "")
    const late = (await service.callsOf(user, "poll")).filter(
      ({ at, status }) => at > last + 3 * esignTimeout && at + slow <= settledAt && status === 200
    )
    expect(late.length).toBeGreaterThanOrEqual(2)
  })
})

describe.concurrent("that nothing was confirmed", () => {
  it("is known by two 404, later than three timeouts after the last transmission", async () => {
    const user = userWith("confirm-drop-always unconfirmed-404")
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await isStruck(service, user, "confirm")
    expect((await api.withdraw(id)).body).toMatchObject({ state: "withdrawn", verdictPending: true })
    await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    const [{ events }] = await wholeHistories(service, user, id)
    const settled = events.find(({ type }) => type === "NotConfirmed")
    const last = await lastConfirmOf(user)
    const late = (await service.callsOf(user, "poll")).filter(({ at }) => at > last + 3 * esignTimeout)
    // One that took too long may have been broken off.
    expect(new Set([...late.map(({ status }) => status), "dropped"])).toEqual(new Set([404, "dropped"]))
    expect(late.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(2)
    expect(Date.parse(settled?.recordedAt ?? "")).toBeGreaterThanOrEqual(late.at(-1)?.at ?? Number.NaN)
  })

  it("is never told by the time that a verdict does not come: the next attempt is not free", async () => {
    const user = userWith("stuck silent")
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await api.until(id, "awaiting_verdict")
    await api.withdraw(id)
    const last = await lastConfirmOf(user)
    await eventually("polls that are later than three timeouts", async () => {
      const late = (await service.callsOf(user, "poll")).filter(({ at }) => at > last + 3 * esignTimeout)
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
