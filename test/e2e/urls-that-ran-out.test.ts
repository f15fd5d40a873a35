import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { type Answer, usersOf } from "../support/api.ts"
import { directWay, factsOf } from "../support/direct-upload.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

const fiveDays = 432_000
const service = await startService()
afterAll(() => service.close())
const { api, simulator } = service
const way = directWay(api)
const userWith = usersOf("ran-out")

/** Seconds that URLs live which are issued from now on; of 0 they have run out as soon as they are there. */
const urlsLive = (urlTtl: number) => simulator.script({ settings: { urlTtl } })
beforeEach(() => urlsLive(fiveDays))

const submissionsOf = async (user: string) => (await service.platform(user)).submissions
const typesOf = async (user: string, id: string) => {
  const [{ events }] = await wholeHistories(service, user, id)
  return events.map(({ type }) => type)
}
/** A registration whose URLs ran out by the clock before anybody used them. */
const spent = async (values = "") => {
  const user = userWith(values)
  await urlsLive(0)
  const { id } = await api.start(user)
  const { submissionId } = await api.until(id, "awaiting_images")
  return { user, id, first: submissionId }
}
const refused = { status: 502, body: { code: "storage_refused" } }
const attentionOf = async (id: string) => Object(await api.get(id)).attention

describe("URLs that ran out by the clock", () => {
  it("are left alone until somebody needs them", async () => {
    const { user, id, first } = await spent()
    const now = Object(await api.get(id))
    expect(now).toMatchObject({ state: "awaiting_images", submissionId: first })
    expect(Date.parse(now.uploadBefore)).toBeLessThanOrEqual(Date.now())
    expect(await submissionsOf(user)).toHaveLength(1)
  })

  it("are replaced by the next upload, which goes there itself: nothing of its image was sent yet", async () => {
    const { user, id, first } = await spent()
    await urlsLive(fiveDays)
    const { status, body } = await api.put(id, "ktp", jpeg({ size: 1_500_000 }))
    expect(status).toBe(200)
    expect(body.submissionId).not.toBe(first)
    expect(body.documents.ktp.uploaded).toBe(true)
    expect(await submissionsOf(user)).toHaveLength(2)
    expect(await service.callsOf(user, "put")).toMatchObject([{ submissionId: body.submissionId, status: 200 }])
    expect((await api.put(id, "selfie", jpeg())).status).toBe(200)
    await api.until(id, "issued")
    await wholeHistories(service, user, id)
  })

  it("are not replaced for what is no image", async () => {
    const { user, id } = await spent()
    expect((await api.put(id, "ktp", Buffer.from("no image"))).status).toBe(422)
    expect(await submissionsOf(user)).toHaveLength(1)
  })

  it("are replaced by the next call for upload URLs, which answers the new ones", async () => {
    const { user, id, first } = await spent()
    await urlsLive(fiveDays)
    const { status, body } = await way.urls(id)
    expect(status).toBe(200)
    expect(body.submissionId).not.toBe(first)
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now())
    expect((await way.urls(id)).body).toEqual(body)
    const [ktp, selfie] = [jpeg(), jpeg()]
    expect(await way.put(body.documents.ktp.url, ktp)).toBe(200)
    expect(await way.put(body.documents.selfie.url, selfie)).toBe(204)
    expect((await way.say(id, { ktp: factsOf(ktp), selfie: factsOf(selfie) })).status).toBe(200)
    await api.until(id, "issued")
    await wholeHistories(service, user, id)
    expect(await submissionsOf(user)).toHaveLength(2)
  })

  it("are replaced once, whoever needs them at the same time", async () => {
    const { user, id } = await spent()
    await urlsLive(fiveDays)
    const [ktp, selfie, ...urls] = await Promise.all([
      api.put(id, "ktp", jpeg()),
      api.put(id, "selfie", jpeg()),
      ...Array.from({ length: 6 }, () => way.urls(id))
    ])
    expect([ktp.status, selfie.status]).toEqual([200, 200])
    // Who asks when both images are there already is late.
    for (const { status } of urls) expect([200, 409]).toContain(status)
    expect(await submissionsOf(user)).toHaveLength(2)
    await api.until(id, "issued")
    await wholeHistories(service, user, id)
  })
})

describe("URLs of which the storage says that they ran out", () => {
  it.each(["expired", "expired-token"])("%s: 503, and both documents start again with new ones", async (fault) => {
    const user = userWith(`selfie-${fault}`)
    const { id } = await api.start(user)
    const [ktp, selfie] = [jpeg(), jpeg()]
    const { submissionId: first } = (await api.put(id, "ktp", ktp)).body
    const met = await api.put(id, "selfie", selfie)
    expect(met).toMatchObject({ status: 503, body: { code: "unavailable" } })
    expect(Number(met.headers.get("retry-after"))).toBeGreaterThan(0)
    const { submissionId, documents } = await api.until(id, (now) => now.submissionId !== first)
    expect(documents).toEqual({ ktp: { uploaded: false }, selfie: { uploaded: false } })
    expect(await api.put(id, "selfie", selfie)).toMatchObject({ status: 200, body: { submissionId } })
    expect(await api.put(id, "ktp", ktp)).toMatchObject({ status: 200, body: { submissionId } })
    await api.until(id, "issued")
    await wholeHistories(service, user, id)
    expect(await submissionsOf(user)).toHaveLength(2)
  })

  it("are handed out to nobody any more", async () => {
    const user = userWith("ktp-expired")
    const { id } = await api.start(user)
    const { submissionId: first } = (await way.urls(id)).body
    expect((await api.put(id, "ktp", jpeg())).status).toBe(503)
    const { status, body } = await way.urls(id)
    expect(status).toBe(200)
    expect(body.submissionId).not.toBe(first)
    expect(await submissionsOf(user)).toHaveLength(2)
  })
})

describe("a second time for the same call", () => {
  /** By the clock first; then the storage refuses the new ones. */
  const twiceRefused = async () => {
    const { user, id } = await spent("ktp-expired")
    await urlsLive(fiveDays)
    expect(await api.put(id, "ktp", jpeg())).toMatchObject(refused)
    expect(await submissionsOf(user)).toHaveLength(2)
    return { user, id }
  }

  it("is 502, and the next upload opens a further submission", async () => {
    const { user, id } = await twiceRefused()
    expect(await attentionOf(id)).toBeUndefined()
    expect((await api.put(id, "ktp", jpeg())).status).toBe(200)
    expect(await submissionsOf(user)).toHaveLength(3)
    expect(await service.callsOf(user, "put")).toMatchObject([{ status: 403 }, { status: 200 }])
    expect((await api.put(id, "selfie", jpeg())).status).toBe(200)
    await api.until(id, "issued")
    expect(await typesOf(user, id)).toContain("UrlsRanOut")
  })

  it("is 502, and so does the next call for upload URLs", async () => {
    const { user, id } = await twiceRefused()
    const { submissionId } = await api.get(id)
    expect((await way.urls(id)).body.submissionId).not.toBe(submissionId)
    expect(await submissionsOf(user)).toHaveLength(3)
  })

  it("is known after a restart too", async () => {
    const { user, id } = await twiceRefused()
    await service.kill()
    await service.start()
    expect((await api.put(id, "ktp", jpeg())).status).toBe(200)
    expect(await submissionsOf(user)).toHaveLength(3)
  })
})

describe("a seventh submission", () => {
  const attention = { reason: "too_many_submissions", since: expect.stringMatching(/^\d{4}-.*Z$/) }

  it("is not opened for who asks for URLs: 502, and an operator has to look", async () => {
    const { user, id } = await spent()
    for (let n = 2; n <= 6; n++) {
      expect((await way.urls(id)).status).toBe(200)
      expect(await submissionsOf(user)).toHaveLength(n)
    }
    expect(await attentionOf(id)).toBeUndefined()
    const ask: ReadonlyArray<() => Promise<Answer<unknown>>> = [
      () => way.urls(id),
      () => api.put(id, "ktp", jpeg()),
      () => way.urls(id)
    ]
    for (const again of ask) expect(await again()).toMatchObject(refused)
    expect(await attentionOf(id)).toEqual(attention)
    expect(await submissionsOf(user)).toHaveLength(6)
    expect(await service.callsOf(user, "put")).toEqual([])
    expect((await typesOf(user, id)).filter((type) => type === "UrlsRanOut")).toHaveLength(1)
    expect((await api.withdraw(id)).status).toBe(200)
    expect(await attentionOf(id)).toBeUndefined()
    await wholeHistories(service, user, id)
  })

  it("is not opened for an upload that the storage refuses; what heals by itself needs nobody any more", async () => {
    const user = userWith()
    await simulator.script({ user, faults: { put: { always: "expired" } } })
    const { id } = await api.start(user)
    for (let n = 1; n <= 5; n++) {
      expect((await api.put(id, "ktp", jpeg())).status).toBe(503)
      expect(await attentionOf(id)).toBeUndefined()
    }
    expect(await api.put(id, "ktp", jpeg())).toMatchObject(refused)
    expect(await attentionOf(id)).toEqual(attention)
    expect(await way.urls(id)).toMatchObject(refused)
    expect(await api.put(id, "selfie", jpeg())).toMatchObject(refused)
    await simulator.script({ user, faults: { put: null } })
    expect((await api.put(id, "ktp", jpeg())).status).toBe(200)
    expect((await api.put(id, "selfie", jpeg())).status).toBe(200)
    expect(await api.until(id, "issued")).not.toHaveProperty("attention")
    expect(await submissionsOf(user)).toHaveLength(6)
    await wholeHistories(service, user, id)
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
