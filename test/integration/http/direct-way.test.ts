import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { Effect } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { directWay, factsOf, type UploadUrls } from "../../support/direct-upload.ts"
import { command, issueUrls } from "../../support/driver-commands.ts"
import { eventually } from "../../support/eventually.ts"
import { type CallOptions, startHttp } from "../../support/http-service.ts"
import { jpeg } from "../../support/images.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { scriptedServer } from "../../support/scripted-server.ts"

type Json = Record<string, unknown>
type Handle = (request: IncomingMessage, response: ServerResponse) => void
const taking: Handle = (request, response) => void request.resume().on("end", () => response.end())

/** The HTTP surface, a storage, and nothing that works by itself: the tests do what the driver does. */
const starting = async (handle: Handle = taking) => {
  const storage = await scriptedServer(handle)
  onTestFinished(storage.close)
  const counted = { reads: 0 }
  const service = await startHttp({
    storageHosts: storage.host,
    store: (real) => ({
      ...real,
      read: (...asked) => Effect.tap(real.read(...asked), () => Effect.sync(() => void counted.reads++))
    })
  })
  const send = async (method: string, path: string, options: CallOptions & { readonly json?: unknown } = {}) => {
    const { json, ...rest } = options
    const body = json === undefined ? {} : { body: JSON.stringify(json) }
    const headers = json === undefined ? {} : { "content-type": "application/json" }
    const response = await service.call(method, path, { ...rest, ...body, headers: { ...headers, ...rest.headers } })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: (text === "" ? {} : JSON.parse(text)) as Json }
  }
  const { body } = await send("POST", "/v1/registrations", { json: registrationRequest() })
  const id = String(body["id"])
  const path = `/v1/registrations/${id}`
  return {
    service,
    storage,
    /** Returns when the registration was read once more: a request about it was begun. */
    nextRead: (reads = counted.reads) => eventually("the registration to be read", () => counted.reads > reads),
    id,
    path,
    send,
    urls: (options?: CallOptions) => send("GET", `${path}/upload-urls`, options),
    say: (json: unknown, options?: CallOptions) => send("POST", `${path}/documents`, { json, ...options }),
    put: (document: string, image: Uint8Array) => send("PUT", `${path}/documents/${document}`, { body: image }),
    get: async () => (await send("GET", path)).body,
    issue: () => service.run(issueUrls(id, storage.url)),
    erase: () => service.run(Effect.asVoid(command(id, { _tag: "Erase" })))
  }
}
type Started = Awaited<ReturnType<typeof starting>>

const word = () => ({ ktp: factsOf(jpeg()), selfie: factsOf(jpeg()) })
const wrong = { ktp: { ...factsOf(jpeg()), size: 0 }, selfie: factsOf(jpeg()), other: 1 }

describe("the direct way", () => {
  it("is for who may write, in the own tenant", async () => {
    const { urls, say, issue, send } = await starting()
    await issue()
    for (const call of [urls, (options: CallOptions) => say(word(), options)]) {
      expect(await call({ as: "" })).toMatchObject({ status: 401, body: { code: "unauthenticated" } })
      for (const as of ["reader", "feeder", "auditor"])
        expect(await call({ as })).toMatchObject({
          status: 403,
          body: { code: "forbidden", scope: "registrations:write" }
        })
      for (const as of ["beta", "chief"])
        expect(await call({ as })).toMatchObject({ status: 404, body: { code: "not_found" } })
      expect((await call({ as: "mate" })).status).toBe(200)
    }
    for (const id of [randomUUID(), "no-uuid"]) {
      expect((await send("GET", `/v1/registrations/${id}/upload-urls`)).status).toBe(404)
      expect((await send("POST", `/v1/registrations/${id}/documents`, { json: wrong })).status).toBe(404)
    }
  })

  it("takes no query and ids in any case", async () => {
    const { send, path, id, issue } = await starting()
    await issue()
    for (const [method, sub] of [
      ["GET", "upload-urls"],
      ["POST", "documents"]
    ] as const)
      expect(await send(method, `${path}/${sub}?x=1`)).toMatchObject({
        status: 400,
        body: { code: "invalid_parameter" }
      })
    expect((await send("GET", `${path.replace(id, id.toUpperCase())}/upload-urls`)).status).toBe(200)
    expect((await send("POST", `${path.replace(id, id.toUpperCase())}/documents`, { json: word() })).status).toBe(200)
  })

  it("shows the URLs and keeps them from caches and log lines", async () => {
    const { urls, issue, storage, service, get } = await starting()
    const submissionId = await issue()
    const { status, headers, body } = await urls({ headers: { "content-type": "text/plain" } })
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        submissionId,
        expiresAt: String((await get())["uploadBefore"]),
        documents: { ktp: { url: `${storage.url}/ktp` }, selfie: { url: `${storage.url}/selfie` } }
      } satisfies UploadUrls
    })
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("content-type")).toMatch(/^application\/json/)
    const line = service.lines.find(({ route }) => route === "/v1/registrations/:id/upload-urls")
    expect(line).toMatchObject({ status: 200, correlationId: expect.any(String) })
    expect(JSON.stringify(service.lines)).not.toContain(storage.host)
  })
})

describe("the order of checks", () => {
  it("existence comes before the body, the body before erased data, and that before the state", async () => {
    const { say, send, path, erase, issue } = await starting()
    expect(await say(wrong, { as: "beta" })).toMatchObject({ status: 404 })
    // Before there are URLs the state is wrong; the body is looked at first.
    const inBody = async () => {
      expect(await say(wrong)).toMatchObject({
        status: 422,
        body: { code: "validation_failed", errors: [{ path: "other" }, { path: "ktp.size" }] }
      })
      const same = factsOf(jpeg())
      expect(await say({ ktp: same, selfie: same })).toMatchObject({
        status: 422,
        body: { code: "image_refused", reason: "same_as_other_document" }
      })
      const sent = (body: string, type = "application/json") =>
        send("POST", `${path}/documents`, { body, headers: { "content-type": type } })
      expect(await sent("{")).toMatchObject({ status: 400, body: { code: "malformed_json" } })
      expect(await sent("{}", "image/jpeg")).toMatchObject({ status: 415 })
      expect(await sent(" ".repeat(256 * 1024 + 1))).toMatchObject({ status: 413 })
    }
    await inBody()
    expect(await say(word())).toMatchObject({ status: 409, body: { code: "wrong_state", state: "requested" } })
    await issue()
    await inBody()
    await erase()
    await inBody()
    expect(await say(word())).toMatchObject({ status: 410, body: { code: "personal_data_erased" } })
    expect(await send("GET", `${path}/upload-urls`)).toMatchObject({
      status: 410,
      body: { code: "personal_data_erased" }
    })
  })

  it("what is erased while URLs are waited for is 410 at once", async () => {
    const { urls, erase, service, id } = await starting()
    await service.run(Effect.asVoid(command(id, { _tag: "ClaimUrls", try: 0, sessionId: "s", owner: "gone" })))
    const answer = urls()
    await erase()
    expect(await answer).toMatchObject({ status: 410 })
  })

  it("the same word again is 410 once the data is erased", async () => {
    const { say, erase, issue } = await starting()
    await issue()
    const told = word()
    expect((await say(told)).status).toBe(200)
    await erase()
    expect(await say(told)).toMatchObject({ status: 410 })
  })
})

/** The claim for further URLs, as an upload that found them spent leaves it. */
const renewing = ({ service, id }: Started) =>
  service.run(Effect.asVoid(command(id, { _tag: "ClaimUrls", try: 1, sessionId: "s", owner: "p1" })))

describe("a word about URLs that ran out between", () => {
  it("counts when they ran out by the clock alone: what went there in time is there", async () => {
    const started = await starting()
    const { service, id, say, get } = started
    const submissionId = await started.issue()
    await service.run(Effect.asVoid(command(id, { _tag: "RecordRanOut", submissionId })))
    expect(await say(word())).toMatchObject({ status: 200, body: { submissionId, state: "ready_to_confirm" } })
    expect(await get()).not.toHaveProperty("attention")
  })

  it("is refused while further ones are asked for, and does not complete what is being replaced", async () => {
    const started = await starting()
    await started.issue()
    await renewing(started)
    expect(await started.say(word())).toMatchObject({
      status: 409,
      body: { code: "wrong_state", state: "awaiting_images" }
    })
  })

  it("is refused when others were issued after its sender began: his images went to the old ones", async () => {
    const started = await starting()
    const { service, path, get } = started
    await started.issue()
    const read = started.nextRead()
    const text = JSON.stringify(word())
    const { write, answer } = await rawConnection(service.port)
    const head = ["host: x", `authorization: Bearer ${service.keys["acme"]}`, `content-length: ${text.length}`]
    await write(`POST ${path}/documents HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n`, text.slice(0, 10))
    await read
    const submissionId = await started.issue()
    await write(text.slice(10))
    expect(await answer()).toMatchObject({ status: 409, body: expect.stringContaining('"state":"awaiting_images"') })
    expect(await get()).toMatchObject({ submissionId, documents: { ktp: { uploaded: false } } })
    expect(await started.say(JSON.parse(text))).toMatchObject({ status: 200 })
  })
})

describe("a word about a document that is on its way through us", () => {
  /** A storage that answers when it is told to, and says when an image is there. */
  const slowStorage = () => {
    const complete: Array<() => void> = []
    const handle: Handle = (request, response) =>
      void request.resume().on("end", () => complete.push(() => response.end()))
    return { complete, handle }
  }

  it.each(["the same", "another"])("waits for it: %s image", async (which) => {
    const { complete, handle } = slowStorage()
    const { issue, put, say, nextRead } = await starting(handle)
    await issue()
    const [ktp, told] = [jpeg(), word()]
    const upload = put("ktp", ktp)
    await eventually("the image at the storage", () => complete.length === 1)
    const read = nextRead()
    const saying = say(which === "the same" ? { ...told, ktp: factsOf(ktp) } : told)
    await read
    complete[0]?.()
    expect((await upload).status).toBe(200)
    expect(await saying).toMatchObject(
      which === "the same"
        ? { status: 200, body: { documents: { ktp: { via: "service" }, selfie: { via: "direct" } } } }
        : { status: 409, body: { code: "document_exists" } }
    )
  })
})

it("the URLs lead to the storage", async () => {
  const { urls, issue, storage } = await starting()
  await issue()
  const { documents } = (await urls()).body as UploadUrls
  const way = directWay({ send: () => Promise.reject(new Error("not used")) })
  expect(await way.put(documents.ktp.url, jpeg())).toBe(200)
  expect(storage.counted.connections).toBe(1)
})
