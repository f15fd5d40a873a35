import { afterAll, expect, it } from "vitest"
import { deleteViews } from "../support/delete-views.ts"
import { eventually } from "../support/eventually.ts"
import { publicTypes } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api, simulator } = service

const expired = async (user: string, id: string) => {
  await api.until(id, "expired")
  const answer = await api.put(id, "ktp", jpeg())
  expect(answer).toMatchObject({ status: 409, body: { code: "wrong_state", state: "expired" } })
  const [history] = await wholeHistories(service, user, id)
  expect(publicTypes(history).at(-1)).toBe("Expired")
  const next = await api.start(user)
  expect(next.attempt).toBe(2)
  await api.withdraw(next.id)
}

/** What is there by then got as far as it should, however slowly. Rows are made under a configuration: they are made again. */
const startWithShortWindow = async () => {
  await service.kill()
  deleteViews(service.dataDir)
  await service.start({ UPLOAD_WINDOW: "2 seconds" })
}

it("ends a registration whose images did not come in time, with or without URLs; the next attempt is free", async () => {
  const [empty, half, refused] = ["expiry-1", "expiry-2", "expiry-3.sim-urls-500-always"] as const
  const [one, two, three] = await Promise.all([empty, half, refused].map((user) => api.start(user)))
  await api.until(one?.id ?? "", "awaiting_images")
  await api.until(two?.id ?? "", "awaiting_images")
  expect((await api.put(two?.id ?? "", "selfie", jpeg())).status).toBe(200)
  await startWithShortWindow()
  await expired(empty, one?.id ?? "")
  await expired(half, two?.id ?? "")
  await expired(refused, three?.id ?? "")
  // However far it came.
  await expired("expiry-4", (await api.start("expiry-4")).id)
})

it("ends nothing while our clock and the platform's disagree", async () => {
  const user = "expiry-5"
  await service.kill()
  await service.start()
  await simulator.script({ settings: { dateSkewMs: -3_600_000 } })
  const { id, revision } = await api.start(user)
  await api.until(id, "awaiting_images")
  await startWithShortWindow()
  const { uploadBefore } = Object(await api.get(id))
  const polls = async () => (await service.callsOf(user, "poll")).length
  await eventually("the end of the window", () => Date.now() > Date.parse(uploadBefore))
  await eventually("three times that it was looked up what time it is", async () => (await polls()) >= 3)
  expect(await api.get(id)).toMatchObject({ state: "awaiting_images", revision: revision + 2 })
  await simulator.script({ settings: { dateSkewMs: 0 } })
  await expired(user, id)
})

it("none of it broke the platform's contract", () => checkLedger(service))
