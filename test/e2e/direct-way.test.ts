import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { directWay, factsOf } from "../support/direct-upload.ts"
import { publicTypes } from "../support/history.ts"
import { jpeg, png } from "../support/images.ts"
import { writtenBy } from "../support/log-bytes.ts"
import { wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"
import { tracesOf } from "../support/traces.ts"

vi.setConfig({ maxConcurrency: 24 })

const service = await startService({ simulator: { slowMs: 500, hangMs: 600_000 }, env: { ESIGN_TIMEOUT: "1 minute" } })
afterAll(() => service.close())
const { api } = service
const way = directWay(api)
const userWith = usersOf("direct")

/** Every URL that was handed out here. */
const urlsSeen: Array<string> = []
const urlsOf = async (id: string) => {
  const { status, headers, body, text } = await way.urls(id)
  expect({ status, text }).toMatchObject({ status: 200 })
  expect(headers.get("cache-control")).toBe("no-store")
  urlsSeen.push(body.documents.ktp.url, body.documents.selfie.url)
  return body
}
/** Both images at the storage, and what is to be said of them. */
const broughtThere = async (id: string) => {
  const { documents } = await urlsOf(id)
  const [ktp, selfie] = [jpeg(), png()]
  expect(await way.put(documents.ktp.url, ktp)).toBe(200)
  expect(await way.put(documents.selfie.url, selfie, "image/png")).toBe(204)
  return { ktp: factsOf(ktp), selfie: factsOf(selfie, "image/png") }
}
const soundHistory = async (user: string, id: string) => {
  const [history] = await wholeHistories(service, user, id)
  return history
}

describe.concurrent("URLs for direct uploads", () => {
  it("are those of the submission, with their end, and stay the same while they are good", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const { submissionId, revision, uploadBefore } = Object(await api.until(id, "awaiting_images"))
    const urls = await urlsOf(id)
    expect(urls).toEqual({
      submissionId,
      expiresAt: uploadBefore,
      documents: {
        ktp: { url: expect.stringMatching(/^http:.*_KTP\?X-Amz-/) },
        selfie: { url: expect.stringMatching(/^http:.*_SELFIE\?X-Amz-/) }
      }
    })
    expect(await urlsOf(id)).toEqual(urls)
    expect((await api.get(id)).revision).toBe(revision)
    expect((await service.platform(user)).submissions).toHaveLength(1)
  })

  it("are waited for", async () => {
    const { id } = await api.start(userWith("urls-slow"))
    expect((await urlsOf(id)).submissionId).toBe((await api.get(id)).submissionId)
    expect((await api.get(id)).state).toBe("awaiting_images")
  })

  it("are waited for 8 seconds and no longer", async () => {
    const { id } = await api.start(userWith("urls-hang"))
    const begun = performance.now()
    const { status, headers, body } = await way.urls(id)
    expect(performance.now() - begun).toBeGreaterThan(7900)
    expect({ status, body }).toMatchObject({ status: 503, body: { code: "unavailable" } })
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0)
  })

  it("are not handed out of a registration that ended while they were waited for", async () => {
    const { id } = await api.start(userWith("urls-hang"))
    const answer = way.urls(id)
    expect((await api.withdraw(id)).status).toBe(200)
    expect(await answer).toMatchObject({ status: 409, body: { code: "wrong_state", state: "withdrawn" } })
  })

  it("are handed out while images are awaited, and in no other state", async () => {
    for (const [values, state] of [
      ["confirm-hang", "ready_to_confirm"],
      ["stuck", "awaiting_verdict"],
      ["partial-only", "identity_verified"],
      ["", "issued"],
      ["rejected", "rejected"],
      ["failed", "failed"]
    ] as const) {
      const id = await api.register(userWith(values))
      await api.until(id, state)
      expect(await way.urls(id)).toMatchObject({ status: 409, body: { code: "wrong_state", state } })
    }
    const { id } = await api.start(userWith())
    await api.until(id, "awaiting_images")
    await api.withdraw(id)
    expect(await way.urls(id)).toMatchObject({ status: 409, body: { code: "wrong_state", state: "withdrawn" } })
  })
})

describe.concurrent("the word that both are there", () => {
  it("is taken, and the registration goes its way", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const told = await broughtThere(id)
    const { status, body, headers } = await way.say(id, told)
    expect(status).toBe(200)
    expect(headers.get("etag")).toBe(`"${body["revision"]}"`)
    const uploadedAt = expect.any(String)
    expect(body).toMatchObject({
      id,
      state: "ready_to_confirm",
      documents: {
        ktp: { uploaded: true, ...told.ktp, via: "direct", uploadedAt },
        selfie: { uploaded: true, ...told.selfie, via: "direct", uploadedAt }
      }
    })
    await api.until(id, "issued")
    const history = await soundHistory(user, id)
    const [types, first] = [history.events.map(({ type }) => type), history.events.findIndex(isImage)]
    // In one append: nothing stands between them, and they have one time.
    expect(types.slice(first, first + 3)).toEqual(["ImageUploaded", "ImageUploaded", "ImagesUploaded"])
    expect(new Set(history.events.slice(first, first + 3).map(({ recordedAt }) => recordedAt)).size).toBe(1)
    expect(publicTypes(history).at(-1)).toBe("CertificateIssued")
    // The platform has what the device sent.
    const { objects } = Object((await service.platform(user)).submissions[0])
    expect(objects).toMatchObject({ KTP: { sha256: told.ktp.sha256 }, SELFIE: { sha256: told.selfie.sha256 } })
  })

  it("is the same in other spellings", async () => {
    const { id } = await api.start(userWith())
    const { ktp, selfie } = await broughtThere(id)
    const spelled = {
      ktp: { ...ktp, sha256: ktp.sha256.toUpperCase(), mediaType: "image/pjpeg" },
      selfie: { ...selfie, mediaType: "Image/X-PNG" }
    }
    expect(await way.say(id, spelled)).toMatchObject({ status: 200, body: { documents: { ktp, selfie } } })
    expect((await way.say(id, { ktp, selfie })).status).toBe(200)
  })

  it.for([
    ["stuck", "awaiting_verdict"],
    ["", "issued"],
    ["rejected", "rejected"],
    ["failed", "failed"]
  ] as const)("[%s] twice is once, also when it is %s", async ([values, state]) => {
    const user = userWith(values)
    const { id } = await api.start(user)
    const told = await broughtThere(id)
    expect((await way.say(id, told)).status).toBe(200)
    expect((await way.say(id, told)).status).toBe(200)
    const now = await api.until(id, state)
    expect(await way.say(id, told)).toMatchObject({ status: 200, body: now })
    const other = await way.say(id, { ...told, ktp: factsOf(jpeg()) })
    expect(other).toMatchObject(
      state === "awaiting_verdict" || state === "issued"
        ? { status: 409, body: { code: "document_exists" } }
        : { status: 409, body: { code: "wrong_state", state } }
    )
    expect(publicTypes(await soundHistory(user, id)).filter((type) => type === "ImagesUploaded")).toHaveLength(1)
  })

  it("may be about one image that went directly and one that came through us", async () => {
    for (const [ours, theirs] of [
      ["ktp", "selfie"],
      ["selfie", "ktp"]
    ] as const) {
      const user = userWith()
      const { id } = await api.start(user)
      const [through, directly] = [jpeg(), jpeg()]
      expect((await api.put(id, ours, through)).status).toBe(200)
      expect(await way.put((await urlsOf(id)).documents[theirs].url, directly)).toBeLessThan(300)
      const about = { [ours]: factsOf(through), [theirs]: factsOf(directly) }
      expect(await way.say(id, { ...about, [ours]: factsOf(jpeg()) })).toMatchObject({
        status: 409,
        body: { code: "document_exists" }
      })
      expect((await api.get(id)).documents[theirs].uploaded).toBe(false)
      expect(await way.say(id, about)).toMatchObject({
        status: 200,
        body: { documents: { [ours]: { via: "service" }, [theirs]: { via: "direct" } } }
      })
      await api.until(id, "issued")
      await soundHistory(user, id)
    }
  })

  it("goes before an upload through us: the same image is fine then, another one is not", async () => {
    const { id } = await api.start(userWith("confirm-hang"))
    const { documents } = await urlsOf(id)
    const [ktp, selfie] = [jpeg(), jpeg()]
    await way.put(documents.ktp.url, ktp)
    await way.put(documents.selfie.url, selfie)
    expect((await way.say(id, { ktp: factsOf(ktp), selfie: factsOf(selfie) })).status).toBe(200)
    expect(await api.put(id, "ktp", ktp)).toMatchObject({
      status: 200,
      body: { documents: { ktp: { via: "direct" } } }
    })
    expect(await api.put(id, "ktp", jpeg())).toMatchObject({ status: 409, body: { code: "document_exists" } })
  })

  it("is about two different images", async () => {
    const { id } = await api.start(userWith())
    const { revision } = await api.until(id, "awaiting_images")
    const same = factsOf(jpeg())
    const spelled = { ktp: same, selfie: { ...same, sha256: same.sha256.toUpperCase(), size: 5 } }
    expect(await way.say(id, spelled)).toMatchObject({
      status: 422,
      body: { code: "image_refused", reason: "same_as_other_document" }
    })
    expect((await api.get(id)).revision).toBe(revision)
  })

  it("said many times at once is recorded once; of words that differ one is taken", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const told = await broughtThere(id)
    const same = await Promise.all(Array.from({ length: 8 }, () => way.say(id, told)))
    expect(same.map(({ status }) => status)).toEqual(same.map(() => 200))
    await api.until(id, "issued")
    expect(publicTypes(await soundHistory(user, id)).filter((type) => type === "ImageUploaded")).toHaveLength(2)

    const other = await api.start(userWith("confirm-hang"))
    await api.until(other.id, "awaiting_images")
    const words = Array.from({ length: 8 }, () => ({ ktp: factsOf(jpeg()), selfie: factsOf(jpeg()) }))
    const answers = await Promise.all(words.map((word) => way.say(other.id, word)))
    const taken = answers.filter(({ status }) => status === 200)
    expect(taken).toHaveLength(1)
    for (const { status, body } of answers)
      if (status !== 200) expect({ status, body }).toMatchObject({ status: 409, body: { code: "document_exists" } })
    expect(taken[0]?.body["documents"]).toEqual((await api.get(other.id)).documents)
  })
})

it("a word that is not true is found out by the platform, when the registration is confirmed", async () => {
  const user = userWith()
  const { id } = await api.start(user)
  await api.until(id, "awaiting_images")
  expect((await way.say(id, { ktp: factsOf(jpeg()), selfie: factsOf(jpeg()) })).status).toBe(200)
  expect(await api.until(id, "failed")).toMatchObject({ failure: { reasonCode: expect.stringMatching(/^[A-Z_]+$/) } })
  await soundHistory(user, id)
  expect((await api.start(user)).attempt).toBe(2)
})

it("the platform has nothing to say against any of it but that untrue word", async () => {
  const { violations, defects } = await service.simulator.ledger()
  expect(violations.map(({ rule }) => rule)).toEqual(["documents-missing"])
  expect(defects).toBe(0)
})

it("no URL lies in a log line or in a file; in the history they are sealed", async () => {
  const secrets = Object.fromEntries(
    urlsSeen.map((url, n) => [`signature ${n}`, new URL(url).searchParams.get("X-Amz-Signature") ?? ""])
  )
  expect(Object.values(secrets).length).toBeGreaterThan(20)
  expect(Object.values(secrets).every((signature) => signature.length > 30)).toBe(true)
  const { id } = await api.start(userWith())
  const { submissionId } = await urlsOf(id)
  const { events } = await api.history(id)
  expect(events.find(({ type }) => type === "UrlsIssued")?.data).toEqual({
    submissionId,
    expiresAt: expect.any(String),
    urls: { keyId: expect.any(String), nonce: expect.any(String), box: expect.any(String) }
  })
  await service.kill()
  const { log, places } = await writtenBy(service)
  expect(places[log]?.length).toBeGreaterThan(10_000)
  expect(tracesOf(secrets, places)).toEqual([])
})

const isImage = ({ type }: { readonly type: string }) => type === "ImageUploaded"
