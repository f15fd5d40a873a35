import { afterAll, beforeAll, expect, it } from "vitest"
import { eventually } from "../support/eventually.ts"
import { type HeldService, startHeld } from "../support/held-service.ts"

let service: HeldService
beforeAll(async () => {
  service = await startHeld({ env: { VERDICT_POLL_AFTER: "1 hour", SWEEP_INTERVAL: "100 millis" } })
})
afterAll(() => service.close())

const sweeps = async () => {
  for (const _ of [1, 2, 3]) {
    const sweep = service.hold("Views.due", "after")
    await sweep.met
    sweep.release()
  }
}

it("a poll that is put off is not found by a sweep before that is written", async () => {
  const { api, hold } = service
  const user = "put-off.sim-stuck.sim-silent"
  const id = await api.register(user)
  const { submissionId } = await api.until(id, "awaiting_verdict")
  const polls = async () => (await service.callsOf(user, "poll")).length
  const puttingOff = hold("Views.postpone", "before", ([postponed]) => postponed === id)
  expect(await service.callback({ submissionId, status: "COMPLETED", result: "VALID" })).toBe(200)
  await puttingOff.met
  expect(await polls()).toBe(1)
  await sweeps()
  // What the sweeps found has begun by the time that others have gone all the way.
  await api.until(await api.register("others"), "issued")
  expect(await polls()).toBe(1)
  puttingOff.release()
  await eventually("the next poll", async () => (await polls()) === 2)
})

it("a confirm told to wait an hour is not repeated by sweeps when its row is saved after the postponement", async () => {
  const { api, hold, holdAppend, simulator } = service
  const user = "later"
  await simulator.script({ user, faults: { confirm: [{ status: 429, retryAfter: 3600 }] } })
  const { id } = await api.start(user)
  const claim = holdAppend(id, "before", "CallStarted", { call: "confirm" })
  await api.uploadBoth(id)
  await claim.met
  const following = hold("EventStore.feed", "before")
  const puttingOff = hold("Views.postpone", "after", ([postponed]) => postponed === id)
  claim.release()
  await Promise.all([following.met, puttingOff.met])
  puttingOff.release()
  following.release()
  await sweeps()
  await api.until(await api.register("others-too"), "issued")
  expect(await service.callsOf(user, "confirm")).toHaveLength(1)
})
