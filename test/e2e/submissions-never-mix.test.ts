import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { beginUpload } from "../support/half-upload.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api, simulator } = service
const userWith = usersOf("mixed")

const submissionsOf = async (user: string) => (await service.platform(user)).submissions
/** Goes on to the certificate, of the second submission of two. */
const endsWithTheSecond = async (user: string, id: string) => {
  await api.uploadBoth(id)
  const { submissionId } = await api.until(id, "issued")
  const submissions = await submissionsOf(user)
  expect(submissions.map((one) => one.confirmedAt !== undefined)).toEqual([false, true])
  expect(submissions[1]?.submissionId).toBe(submissionId)
  await wholeHistories(service, user, id)
}

describe.concurrent("one submission is the current one", () => {
  it("when both uploads meet at the same time that the URLs ran out", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const { submissionId: first } = await api.until(id, "awaiting_images")
    await simulator.script({ user, faults: { put: ["expired", "expired"] } })
    const image = () => jpeg({ size: 400_000 })
    const [ktp, selfie] = [image(), image()]
    const uploads = [
      await beginUpload(service, user, id, "ktp", ktp, 300_000),
      await beginUpload(service, user, id, "selfie", selfie, 300_000)
    ] as const
    await Promise.all([uploads[0].write(ktp.subarray(300_000)), uploads[1].write(selfie.subarray(300_000))])
    for (const { answer } of uploads) expect((await answer()).status).toBe(503)
    await api.until(id, ({ submissionId }) => submissionId !== first)
    await endsWithTheSecond(user, id)
  })

  it("when an upload to the old one is completed after the new URLs came: its last bytes never leave", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const { submissionId: first } = await api.until(id, "awaiting_images")
    const ktp = jpeg({ size: 400_000 })
    const upload = await beginUpload(service, user, id, "ktp", ktp, 300_000)
    await simulator.script({ user, faults: { put: ["expired"] } })
    expect((await api.put(id, "selfie", jpeg())).status).toBe(503)
    await api.until(id, ({ submissionId }) => submissionId !== first)
    await upload.write(ktp.subarray(300_000))
    expect((await upload.answer()).status).toBe(503)
    expect((await submissionsOf(user))[0]?.objects).toEqual({})
    await endsWithTheSecond(user, id)
  })

  it("when the storage answers for the old one after the new URLs came: that image counts for nothing", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const { submissionId: first } = await api.until(id, "awaiting_images")
    await simulator.script({ user, faults: { put: [{ slow: 12_000, moment: "after" }, "expired"] } })
    const ktp = api.put(id, "ktp", jpeg())
    await eventually("the KTP at the storage", async () => (await submissionsOf(user))[0]?.objects["KTP"] !== undefined)
    expect((await api.put(id, "selfie", jpeg())).status).toBe(503)
    const { documents } = await api.until(id, ({ submissionId }) => submissionId !== first)
    expect(documents).toEqual({ ktp: { uploaded: false }, selfie: { uploaded: false } })
    expect((await ktp).status).toBe(503)
    expect((await service.callsOf(user, "put")).length).toBe(2)
    await endsWithTheSecond(user, id)
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
