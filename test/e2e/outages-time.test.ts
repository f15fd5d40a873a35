import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { clockAhead } from "../support/clock-ahead.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory, publicTypes } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger } from "../support/platform-view.ts"
import { readinessOf } from "../support/readiness.ts"
import { startService } from "../support/service.ts"

const day = 86_400_000
const service = await startService({ env: { ESIGN_TIMEOUT: "10 seconds" } })
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("time")

/** One registration in each state in which something is waited for. */
const inEachState = async () => {
  const asking = userWith()
  await simulator.script({ user: asking, faults: { urls: { always: "500" } } })
  const confirming = userWith()
  await simulator.script({ user: confirming, faults: { confirm: { always: "drop" } } })
  const { id: requested } = await api.start(asking)
  const { id: awaitingImages } = await api.start(userWith())
  await api.until(awaitingImages, "awaiting_images")
  await api.put(awaitingImages, "ktp", jpeg())
  const readyToConfirm = await api.register(confirming)
  const awaitingVerdict = await api.register(userWith("silent"))
  await api.until(awaitingVerdict, "awaiting_verdict")
  for (const [user, call] of [
    [asking, "urls"],
    [confirming, "confirm"]
  ] as const) {
    const isCalled = async () => (await service.callsOf(user, call)).length > 0
    await eventually(`a ${call} call that failed`, isCalled)
  }
  const ids = { requested, awaitingImages, readyToConfirm, awaitingVerdict }
  const works = async () => {
    await simulator.script({ user: asking, faults: { urls: null } })
    await simulator.script({ user: confirming, faults: { confirm: null } })
  }
  return { ids, works }
}

it("eight days in which we did not run fail nobody, although the first calls afterwards fail too", async () => {
  const { ids, works } = await inEachState()
  await service.kill()
  await works()
  // It is later for everybody.
  await simulator.script({
    faults: { token: ["500"], urls: ["500", "503"], confirm: ["500", "503"], poll: ["500", "503"] },
    settings: { dateSkewMs: 8 * day }
  })
  await service.start(clockAhead(8 * day))
  await api.until(ids.awaitingVerdict, "issued")
  await api.until(ids.readyToConfirm, "issued")
  for (const id of [ids.requested, ids.awaitingImages]) {
    await api.until(id, "awaiting_images")
    await api.uploadBoth(id)
    await api.until(id, "issued")
  }
  for (const id of Object.values(ids)) {
    const history = await api.history(id)
    checkHistory(history)
    expect(publicTypes(history)).not.toContain("Failed")
  }
  await simulator.script({ settings: { dateSkewMs: 0 } })
})

it("a clock that starts 400 days ahead ends nothing, and ready says so, until it is put right", async () => {
  await service.kill()
  await service.start()
  const { ids, works } = await inEachState()
  const before = await Promise.all(Object.values(ids).map((id) => api.get(id)))
  await service.kill()
  await service.start({ ...clockAhead(400 * day), GIVE_UP_AFTER: "1 hour", VERDICT_POLL_AFTER: "1 hour" })
  const problem = await eventually("a clock that is known to be wrong", async () =>
    (await readinessOf(service)).problems.find(({ dependency }) => dependency === "clock")
  )
  expect(problem.detail).toMatch(
    /^Our clock has been (400|399)d .*ahead of the platform's.*: nothing expires, no hold ends, nothing is erased and nothing is/
  )
  await eventually("its line in the log", () => service.lines().some(({ event }) => event === "clock_wrong"))
  const ended = async () => {
    const now = await Promise.all([ids.requested, ids.awaitingImages].map((id) => api.get(id)))
    return now.map(({ state }) => state)
  }
  const asked = () => service.lines().filter(({ event }) => event === "platform_unavailable").length
  const failures = asked()
  await eventually("further failed calls", () => asked() > failures + 4)
  expect(await ended()).toEqual(before.slice(0, 2).map(({ state }) => state))
  expect((await readinessOf(service)).http).toBe(200)

  await service.kill()
  await works()
  await service.start()
  await api.until(ids.readyToConfirm, "issued")
  for (const id of [ids.requested, ids.awaitingImages]) {
    await api.until(id, "awaiting_images")
    await api.uploadBoth(id)
    await api.until(id, "issued")
  }
  await api.until(ids.awaitingVerdict, "issued")
  expect((await readinessOf(service)).problems.filter(({ dependency }) => dependency === "clock")).toEqual([])
})

it("none of it broke the platform's contract", () => checkLedger(service))
