import { afterAll, describe, expect, it, vi } from "vitest"
import { isSignedBy } from "../../src/application/proof/signed-note.ts"
import { type History, type Json, type Resource, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { beginUpload } from "../support/half-upload.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"
import { isSigned } from "../support/signed-receipt.ts"

vi.setConfig({ maxConcurrency: 24 })

const service = await startService({
  env: { VERDICT_POLL_AFTER: "300 millis", VERDICT_POLL_MAX: "500 millis", CHECKPOINT_INTERVAL: "1 second" }
})
afterAll(() => service.close())
const { api, simulator } = service
const eraser = await service.client("eraser", { scopes: "personal-data:erase", tenant: "north" })

const userWith = usersOf("erase")
const erase = (id: string) => eraser.send<Resource>("DELETE", `/v1/registrations/${id}/personal-data`)
const get = (id: string) => api.get(id) as Promise<Resource>

/** It is erased, by whom, once; nothing that needs the data works any more, and all else does. */
const isErased = async (user: string, id: string, erasedBy = "eraser") => {
  const shown = await eventually("a receipt", async () => {
    const now = await get(id)
    return now.erasure && { ...now, erasure: now.erasure }
  })
  const [{ registration, events }] = await wholeHistories(service, user, id)
  expect(registration).toEqual(shown)
  const erased = events.filter(({ type }) => type === "PersonalDataErased")
  expect(erased).toHaveLength(1)
  const { erasure } = shown
  expect(erasure).toMatchObject({ registrationId: id, erasedBy, erasedAt: erased[0]?.recordedAt })
  expect(erasure.eventHash).toBe(erased[0]?.hash)
  expect(isSigned(erasure)).toBe(true)
  const before = Number(erased[0]?.revision) - 1
  const { body } = await api.send<History>("GET", `/v1/registrations/${id}/events?asOf=${before}`)
  expect(body).toEqual({ registration: expect.anything(), events: events.slice(0, before + 1) })
  expect(body.registration).toMatchObject({ revision: before, personalData: "sealed" })
  expect(body.registration).not.toHaveProperty("erasure")
  const again = await erase(id)
  expect([again.status, again.body]).toEqual([200, shown])
  expect(await api.put(id, "ktp", jpeg())).toMatchObject({ status: 410, body: { code: "personal_data_erased" } })
  expect((await api.send("GET", `/v1/registrations/${id}/upload-urls`)).status).toBe(410)
  return { shown, events }
}

/** What others are told of it. */
const messagesOf = async (id: string) => {
  const { items } = (await api.send<{ items: ReadonlyArray<Json> }>("GET", "/v1/feed?limit=1000")).body
  return items.filter(({ subject }) => subject === id).map(({ type }) => String(type).split(".").at(-2))
}

describe.concurrent("an erasure", () => {
  it("of an open registration withdraws it; it is listed and told, and the user may begin anew", async () => {
    const user = userWith()
    const request = registrationRequest({ partnerUserId: user })
    const headers = { "idempotency-key": user }
    const { id } = (await api.post(request, headers)).body
    await api.until(id, "awaiting_images")
    expect((await api.put(id, "selfie", jpeg())).status).toBe(200)
    expect(await erase(id)).toMatchObject({ status: 200, body: { state: "withdrawn", personalData: "erased" } })
    const { shown, events } = await isErased(user, id)
    expect(events.slice(-2).map(({ type, actor }) => [type, actor.id])).toEqual([
      ["Withdrawn", "eraser"],
      ["PersonalDataErased", "eraser"]
    ])
    const told = ["requested", "urls_issued", "image_uploaded", "withdrawn", "personal_data_erased"]
    await eventually("the messages", async () => String(await messagesOf(id)) === String(told))
    const { body } = await api.send<{ items: ReadonlyArray<Json> }>("GET", `/v1/registrations?partnerUserId=${user}`)
    expect(body.items).toEqual([shown])
    // What bodies were compared by went with the key.
    const replay = await api.post({ ...request, locale: "en_ID" }, headers)
    expect([replay.status, replay.headers.get("idempotent-replayed"), replay.body]).toEqual([201, "true", shown])
    expect(await api.start(user)).toMatchObject({ attempt: 2, personalData: "sealed" })
  })

  it("that is asked for twenty times at once is one, with one receipt", async () => {
    const user = userWith()
    const id = await api.register(user)
    const issued = await api.until(id, "issued")
    const answers = await Promise.all(Array.from({ length: 20 }, () => erase(id)))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const { shown } = await isErased(user, id)
    for (const { body } of answers) expect(body).toEqual(shown)
    // An end stays what it is.
    const { personalData, erasure, revision, updatedAt, ...same } = shown as unknown as Json
    expect(issued).toMatchObject(same)
  })

  it("while an image is on its way: its last bytes are never sent", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    const upload = await beginUpload(service, user, id, "ktp", jpeg({ size: 400_000 }), 300_000)
    expect((await erase(id)).status).toBe(200)
    await upload.finish()
    const { status, body } = await upload.answer()
    expect([409, 410]).toContain(status)
    expect(["wrong_state", "personal_data_erased"]).toContain(JSON.parse(body).code)
    const { shown } = await isErased(user, id)
    expect(shown.documents.ktp.uploaded).toBe(false)
    expect((await service.platform(user)).submissions[0]?.objects).toEqual({})
  })

  it("after the confirmation: the verdict still comes, and is shown", async () => {
    const user = userWith("stuck")
    const id = await api.register(user)
    await api.until(id, "awaiting_verdict")
    expect((await erase(id)).body).toMatchObject({ state: "withdrawn", verdictPending: true, personalData: "erased" })
    await simulator.change(String((await get(id)).submissionId), { status: "COMPLETED", result: "VALID" })
    await api.until(id, ({ certificate }) => certificate !== undefined)
    const { shown } = await isErased(user, id)
    expect(shown).toMatchObject({ state: "withdrawn", certificate: {} })
  })

  it("or a hold that comes at the same moment: one of them is first", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await api.start(userWith())).id))
    const json = { reason: "Case 13", until: "2999-01-01T00:00:00Z" }
    const outcomes = await Promise.all(
      ids.map(async (id) => {
        const hold = eraser.send("PUT", `/v1/registrations/${id}/hold`, { json })
        const [held, erased] = await Promise.all([hold, erase(id)])
        const { personalData } = await get(id)
        return [held.status, erased.status, personalData].join()
      })
    )
    for (const outcome of outcomes) expect(["200,409,sealed", "410,200,erased"]).toContain(outcome)
  })

  it("waits for the end of a hold, whoever ends it, and is then of who asked for it", async () => {
    const [ended, over] = [userWith(), userWith()]
    const hold = (id: string, millis: number) =>
      eraser.send<Resource>("PUT", `/v1/registrations/${id}/hold`, {
        json: { reason: "Case 12", until: new Date(Date.now() + millis).toISOString() }
      })
    const [first, second] = await Promise.all([ended, over].map(async (user) => (await api.start(user)).id))
    if (!first || !second) throw new Error("nothing was requested")
    expect(await hold(first, 3_600_000)).toMatchObject({ status: 200, body: { hold: { reason: "Case 12" } } })
    // A machine that stood still may have let it pass before it was taken.
    await eventually("a short hold", async () => (await hold(second, 3000)).status === 200)
    expect(await erase(first)).toMatchObject({ status: 409, body: { code: "on_hold" } })
    expect((await get(first)).hold).toMatchObject({ erasureRequested: true })
    const early = await erase(second)
    await eventually("the hold in the list", async () => {
      const list = await api.send<{ items: ReadonlyArray<Resource> }>("GET", `/v1/registrations?partnerUserId=${ended}`)
      return list.body.items[0]?.hold?.erasureRequested
    })
    const freed = await eraser.send<Resource>("DELETE", `/v1/registrations/${first}/hold`)
    expect(freed.status).toBe(200)
    expect(freed.body).not.toHaveProperty("hold")
    const { events } = await isErased(ended, first)
    expect(events.slice(-3).map(({ type, actor }) => [type, actor.kind])).toEqual([
      ["HoldEnded", "client"],
      ["Withdrawn", "process"],
      ["PersonalDataErased", "process"]
    ])
    if (early.status === 409) expect(early.body).toMatchObject({ code: "on_hold" })
    const { shown } = await isErased(over, second)
    expect(shown).not.toHaveProperty("hold")
  })
})

it("a checkpoint covers it, signed by who signs receipts", async () => {
  const id = await api.register(userWith())
  const { publicKey } = (await erase(id)).body.erasure ?? {}
  const known = (await api.send("GET", "/v1/checkpoint")).body
  const { note, ...last } = await eventually("a later checkpoint", async () => {
    const { status, body } = await api.send("GET", "/v1/checkpoint")
    return status === 200 && body["revision"] !== known["revision"] && body
  })
  expect(last).toMatchObject({ publicKey, root: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(isSignedBy(String(note), String(publicKey))).toBe(true)
})

it("none of it broke the platform's contract", () => checkLedger(service))
