import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { json } from "node:stream/consumers"
import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory, publicTypes } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"
import { userIdType } from "../support/service-program.ts"

// What takes its time takes it all at once.
vi.setConfig({ maxConcurrency: 24 })

const service = await startService({
  env: { ESIGN_TIMEOUT: "10 minutes", VERDICT_POLL_AFTER: "1 hour" },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("patience")
/** The head and the first bytes of an upload, once the storage has met it. (Several tests run at once here.) */
const beginUpload = async (user: string, id: string, image: Uint8Array) => {
  const headers = { authorization: `Bearer ${api.key}`, "content-type": "image/jpeg", "content-length": image.length }
  const upload = request(`${service.url()}/v1/registrations/${id}/documents/ktp`, { method: "PUT", headers })
  const answer = once(upload, "response").then(async ([response]: ReadonlyArray<IncomingMessage>) => ({
    status: response?.statusCode,
    body: response && (await json(response))
  }))
  upload.write(image.subarray(0, half))
  await eventually("the upload at the storage", async () =>
    (await service.platform(user)).calls.some(({ call }) => call === "put")
  )
  let sent = half
  /** Sends one byte now and then: an upload that makes progress does not stall. */
  const trickle = () => {
    const timer = setInterval(() => upload.write(image.subarray(sent, ++sent)), 500)
    return () => clearInterval(timer)
  }
  return { answer, trickle, finish: () => upload.end(image.subarray(sent)) }
}
const half = 300_000
const since = (begun: number) => performance.now() - begun

describe.concurrent("an upload", () => {
  it("waits 8 seconds for the URLs, and no longer", async () => {
    const { id } = await api.start(userWith("urls-hang"))
    const begun = performance.now()
    const answer = await api.put(id, "ktp", jpeg())
    expect(since(begun)).toBeGreaterThan(7900)
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } })
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
  })

  it("does not wait for the URLs of what ends meanwhile", async () => {
    const { id } = await api.start(userWith("urls-hang"))
    const answer = api.put(id, "ktp", jpeg())
    expect((await api.withdraw(id)).status).toBe(200)
    expect(await answer).toMatchObject({ status: 409, body: { code: "wrong_state", state: "withdrawn" } })
  })

  it("waits 8 seconds for another one of the same document, and no longer; one of the other document does not", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    const image = jpeg({ size: 400_000 })
    const first = await beginUpload(user, id, image)
    const stopTrickling = first.trickle()
    const begun = performance.now()
    const [second, selfie] = await Promise.all([api.put(id, "ktp", image), api.put(id, "selfie", jpeg())])
    stopTrickling()
    expect(selfie.status).toBe(200)
    expect(second).toMatchObject({ status: 503, body: { code: "unavailable" } })
    expect(since(begun)).toBeGreaterThan(7900)
    first.finish()
    expect(await first.answer).toMatchObject({ status: 200 })
    expect((await api.put(id, "ktp", image)).status).toBe(200)
    expect((await service.platform(user)).calls.filter(({ document }) => document === "KTP")).toHaveLength(1)
  })

  it("ends after 15 seconds without a byte: 408, and nothing counted", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const before = await api.until(id, "awaiting_images")
    const image = jpeg({ size: 400_000 })
    const begun = performance.now()
    const upload = await beginUpload(user, id, image)
    expect(await upload.answer).toMatchObject({ status: 408, body: { code: "upload_stalled" } })
    expect(since(begun)).toBeGreaterThan(14_000)
    expect(await api.get(id)).toEqual(before)
    expect((await service.platform(user)).submissions[0]?.objects).toEqual({})
    expect(await api.uploadBoth(id, { ktp: image, selfie: jpeg() })).toEqual([200, 200])
    await api.until(id, "issued")
    const history = await api.history(id)
    checkHistory(history)
    expect(publicTypes(history).filter((type) => type === "ImageUploaded")).toHaveLength(2)
  })
})

describe.concurrent("what a callback claims", () => {
  it("is asked at once, and again after 5 seconds and then 10, while the platform says less", async () => {
    const user = userWith("stuck silent")
    const id = await api.register(user)
    const { submissionId } = await api.until(id, "awaiting_verdict")
    expect(await service.callsOf(user, "poll")).toEqual([])
    expect(await service.callback({ submissionId, status: "COMPLETED", result: "VALID" })).toBe(200)
    const polls = await eventually("three polls", async () => {
      const made = await service.callsOf(user, "poll")
      return made.length >= 3 && made
    })
    const [at = 0, again = 0, third = 0] = polls.map((poll) => poll.at)
    expect(again - at).toBeGreaterThan(4900)
    expect(third - again).toBeGreaterThan(9900)
    expect((await api.get(id)).state).toBe("awaiting_verdict")
  })

  it("of an older submission is 200 and nothing else, while the verdict on the present one is waited for", async () => {
    const user = userWith("ktp-expired stuck silent")
    const { id } = await api.start(user)
    const { submissionId } = await api.until(id, "awaiting_images")
    await api.uploadBoth(id)
    const now = await api.until(id, "awaiting_verdict")
    expect(now.submissionId).not.toBe(submissionId)
    const claim = { submissionId, status: "COMPLETED", result: "VALID" }
    for (const body of [claim, { ...claim, userId: user, userIdType }])
      for (const result of ["VALID", "INVALID"]) expect(await service.callback({ ...body, result })).toBe(200)
    // What is told of the present one is recorded, be it nothing but its id: the others would have been by now, and asked about.
    const present = { submissionId: now.submissionId }
    expect(await service.callback(present)).toBe(200)
    const { events } = await api.history(id)
    const told = { type: "ResultReported", actor: { kind: "platform" }, data: { ...present, status: "UNKNOWN" } }
    expect(events.slice(now.revision + 1)).toMatchObject([told])
    await eventually("its poll", async () => (await service.callsOf(user, "poll")).length > 0)
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
