import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { endOf, isStruck, loseAnswer, lostCalls, settles, times } from "../support/lost-answers.ts"
import { checkLedger, checkPlatformView } from "../support/platform-view.ts"
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

describe.concurrent("an answer that is lost", () => {
  it.for(lostCalls)("and nothing else happens: $name", async ({ call, word }) => {
    const user = userWith()
    await simulator.script({ user, values: call === "poll" ? ["silent"] : [], faults: { [call]: [word] } })
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    const issued = await api.until(id, "issued")
    expect(issued).not.toHaveProperty("verdictPending")
    const history = await api.history(id)
    checkHistory(history)
    await checkPlatformView(service, user, [history])
    const { calls, submissions } = await service.platform(user)
    expect(calls.some(({ fault }) => fault !== undefined)).toBe(true)
    expect(submissions).toHaveLength(1)
    expect(submissions[0]?.confirmedUnder).toHaveLength(1)
  })

  it.for(lostCalls)("and it is withdrawn then: $name", async (lost) => {
    const standing = await loseAnswer(service, userWith(), lost)
    expect((await api.withdraw(standing.id)).status).toBe(200)
    await settles(service, standing, endOf(lost, "withdrawn"))
  })

  it.for(["drop", "drop-after", "hang", "hang-after", "500", "500-after", "503-early", "cut", "redirect"])(
    "of the storage, and it is withdrawn then: %s",
    async (word) => {
      const user = userWith()
      await simulator.script({ user, faults: { ktp: [word] } })
      const { id } = await api.start(user)
      await api.until(id, "awaiting_images")
      const upload = api.put(id, "ktp", jpeg())
      await isStruck(service, user, "put")
      const { status, body } = await api.withdraw(id)
      expect({ status, pending: body.verdictPending }).toEqual({ status: 200, pending: undefined })
      expect([200, 409, 502, 503]).toContain((await upload).status)
      const history = await api.history(id)
      checkHistory(history)
      await checkPlatformView(service, user, [history])
      expect(history.registration.state).toBe("withdrawn")
      expect((await api.start(user)).attempt).toBe(2)
    }
  )
})

describe.concurrent("a confirm that is refused when it is sent again", () => {
  const refused = { status: 400, code: "1653", cause: "SUBMISSION_ID_DOES_NOT_BELONG_TO_CURRENT_USER" }

  it.for(["401", "429", "500", "drop", "hang", "garbage"])(
    "after one that was turned away, or never executed, and then %s: failed with the cause",
    async (word) => {
      const user = userWith()
      await simulator.script({ user, faults: { confirm: ["500", word, ...times(50, refused)] } })
      const { id } = await api.start(user)
      await api.uploadBoth(id)
      const failed = await api.until(id, "failed")
      expect(failed).toMatchObject({ failure: { reasonCode: refused.cause, platformCode: refused.code } })
      expect(failed).not.toHaveProperty("verdictPending")
      await eventually("the next attempt", async () => (await api.start(user)).attempt === 2)
    }
  )
})

describe.concurrent("that nothing was confirmed", () => {
  it("is no poll's to say that was asked too early, however late its answer comes", async () => {
    const user = userWith()
    const slow = 700
    await simulator.script({ user, faults: { confirm: { always: "drop" }, poll: { always: { slow } } } })
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await isStruck(service, user, "confirm")
    const { body } = await api.withdraw(id)
    const callsOf = async (kind: string) => (await service.platform(user)).calls.filter(({ call }) => call === kind)
    const last = (await callsOf("confirm")).at(-1)?.at ?? Number.NaN
    await eventually("the time shortly before", () => Date.now() > last + 2.6 * esignTimeout)
    // It has the platform asked at once.
    expect(await service.callback({ submissionId: body.submissionId })).toBe(200)
    await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    const { events } = await api.history(id)
    const settledAt = Date.parse(events.find(({ type }) => type === "NotConfirmed")?.recordedAt ?? "")
    const late = (await callsOf("poll")).filter(
      ({ at, status }) => at > last + 3 * esignTimeout && at + slow <= settledAt && status === 200
    )
    expect(late.length).toBeGreaterThanOrEqual(2)
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
