import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { type Held, type HeldService, startHeld } from "../support/held-service.ts"
import { publicTypes } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { rawConnection } from "../support/raw-http.ts"

vi.setConfig({ maxConcurrency: 40 })

let service: HeldService
beforeAll(async () => {
  service = await startHeld({ env: { VERDICT_POLL_AFTER: "300 millis", VERDICT_POLL_MAX: "500 millis" } })
})
afterAll(() => service.close())

const userWith = usersOf("race")
const sizes = new Set<number>()
/** An image whose size no other one has: by that its call of the storage is known. */
const image = () => {
  const bytes = jpeg({ size: 60_000 + sizes.size })
  sizes.add(bytes.length)
  return bytes
}

const put = (moment: "before" | "after", { length }: Uint8Array): Held =>
  service.hold("ObjectStorage.put", moment, ([, upload]) => (upload as { size: number }).size === length)

/** A registration that takes images; with `selfie` it has that one, so that the other one is the last that is missing. */
const awaiting = async (have: "nothing" | "selfie" = "nothing") => {
  const user = userWith()
  const { id } = await service.api.start(user)
  await service.api.until(id, "awaiting_images")
  if (have === "selfie") expect((await service.api.put(id, "selfie", image())).status).toBe(200)
  return { user, id }
}

const wrongState = { status: 409, body: { code: "wrong_state", state: "withdrawn" } }

/** It ends withdrawn at once, nothing came after that, and nothing was confirmed. */
const isOver = async (user: string, id: string) => {
  const { state, verdictPending, documents } = await service.api.get(id)
  expect({ state, verdictPending }).toEqual({ state: "withdrawn", verdictPending: undefined })
  const [history] = await wholeHistories(service, user, id)
  expect(publicTypes(history).at(-1)).toBe("Withdrawn")
  expect(await service.callsOf(user, "confirm")).toEqual([])
  expect((await service.api.start(user)).attempt).toBe(2)
  return { documents, objects: (await service.platform(user)).submissions[0]?.objects }
}

describe.concurrent("a withdrawal", () => {
  it("before the first byte of an image: nothing of it gets to the storage", async () => {
    const { user, id } = await awaiting()
    const bytes = image()
    const reading = service.hold("EventStore.read", "after", (args) => args[0] === `registration-${id}`)
    const connection = await rawConnection(Number(new URL(service.url()).port))
    const head = [
      `PUT /v1/registrations/${id}/documents/ktp HTTP/1.1`,
      "host: certreg",
      `authorization: Bearer ${service.api.key}`,
      `content-length: ${bytes.length}`
    ]
    await connection.write(`${head.join("\r\n")}\r\n\r\n`)
    await reading.met
    reading.release()
    expect((await service.api.withdraw(id)).status).toBe(200)
    await connection.write(bytes)
    const { status, body } = await connection.answer()
    expect({ status, body: JSON.parse(body) }).toMatchObject(wrongState)
    expect((await isOver(user, id)).objects).toEqual({})
  })

  const beforeTheEnd: ReadonlyArray<readonly [string, (id: string, bytes: Uint8Array) => Held]> = [
    ["before the storage is called", (_, bytes) => put("before", bytes)],
    ["while its last bytes are held back", (id) => service.holdAppend(id, "before", "CallStarted", { call: "upload" })]
  ]
  it.for(beforeTheEnd)("%s: 409, and the image never completes there", async ([, hold]) => {
    for (const have of ["nothing", "selfie"] as const) {
      const { user, id } = await awaiting(have)
      const bytes = image()
      const held = hold(id, bytes)
      const upload = service.api.put(id, "ktp", bytes)
      await held.met
      expect((await service.api.withdraw(id)).status).toBe(200)
      held.release()
      expect(await upload).toMatchObject(wrongState)
      const { documents, objects } = await isOver(user, id)
      expect(Object.keys(objects ?? {})).toEqual(have === "selfie" ? ["SELFIE"] : [])
      expect(documents.ktp.uploaded).toBe(false)
    }
  })

  const afterTheEnd: ReadonlyArray<readonly [string, (id: string, bytes: Uint8Array) => Held]> = [
    ["after the storage has answered", (_, bytes) => put("after", bytes)],
    [
      "while the image is being recorded",
      (id) => service.holdAppend(id, "before", "ImageUploaded", { document: "ktp" })
    ]
  ]
  it.for(afterTheEnd)("%s: 409, and the image does not count", async ([, hold]) => {
    for (const have of ["nothing", "selfie"] as const) {
      const { user, id } = await awaiting(have)
      const bytes = image()
      const held = hold(id, bytes)
      const upload = service.api.put(id, "ktp", bytes)
      await held.met
      await eventually("the image at the storage", async () => {
        const [submission] = (await service.platform(user)).submissions
        return submission?.objects.KTP !== undefined
      })
      expect((await service.api.withdraw(id)).status).toBe(200)
      held.release()
      expect(await upload).toMatchObject(wrongState)
      expect((await isOver(user, id)).documents.ktp.uploaded).toBe(false)
    }
  })

  it("after the image was recorded: it stays shown, and nothing follows", async () => {
    const { user, id } = await awaiting()
    const bytes = image()
    const recording = service.holdAppend(id, "after", "ImageUploaded")
    const upload = service.api.put(id, "ktp", bytes)
    await recording.met
    expect((await service.api.withdraw(id)).status).toBe(200)
    recording.release()
    expect((await upload).status).toBe(200)
    expect((await isOver(user, id)).documents.ktp.uploaded).toBe(true)
  })

  it("that is slower than an image: 200 all the same", async () => {
    const { user, id } = await awaiting()
    const withdrawing = service.holdAppend(id, "before", "Withdrawn")
    const withdrawal = service.api.withdraw(id)
    await withdrawing.met
    expect((await service.api.put(id, "ktp", image())).status).toBe(200)
    withdrawing.release()
    expect(await withdrawal).toMatchObject({ status: 200, body: { state: "withdrawn" } })
    await isOver(user, id)
  })

  it("of one of twenty uploads of a document: all of them are 409, and one at most met the storage", async () => {
    const { user, id } = await awaiting()
    const bytes = image()
    const held = service.holdAppend(id, "before", "CallStarted", { call: "upload" })
    const uploads = Array.from({ length: 20 }, () => service.api.put(id, "ktp", bytes))
    await held.met
    expect((await service.api.withdraw(id)).status).toBe(200)
    held.release()
    for (const upload of await Promise.all(uploads)) expect(upload).toMatchObject(wrongState)
    expect((await isOver(user, id)).objects).toEqual({})
    expect((await service.callsOf(user, "put")).length).toBeLessThanOrEqual(1)
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
