import { afterAll, beforeAll, expect, it } from "vitest"
import type { NewEvent } from "../../src/application/ports/event-store.ts"
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
  const polls = async () => (await service.platform(user)).calls.filter(({ call }) => call === "poll").length
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

it("a confirmation that the platform wants much later is not found by a sweep because its row came later still", async () => {
  const { api, hold, simulator } = service
  const user = "later"
  await simulator.script({ user, faults: { confirm: [{ status: 429, retryAfter: 3600 }] } })
  const confirms = async () => (await service.platform(user)).calls.filter(({ call }) => call === "confirm").length
  const { id } = await api.start(user)
  const isClaim = ([, , events]: ReadonlyArray<unknown>) =>
    (events as ReadonlyArray<NewEvent>)[0]?.data["call"] === "confirm"
  const claim = hold("EventStore.append", "before", isClaim)
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
  expect(await confirms()).toBe(1)
})
