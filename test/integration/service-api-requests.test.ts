import { createHash, randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { makeAsyncApi } from "../../src/adapters/http/asyncapi/document.ts"
import { makeApp } from "../../src/adapters/http/fastify-app.ts"
import { command, issueUrls } from "../support/driver-commands.ts"
import { type CallOptions, type HttpService, startHttp } from "../support/http-service.ts"
import { jpeg } from "../support/images.ts"
import { rawConnection } from "../support/raw-http.ts"
import { registrationRequest } from "../support/registration-request.ts"

type Json = Record<string, unknown>
type Told = { readonly status: number; readonly headers: Headers; readonly body: Json }

const json = { "content-type": "application/json" }
const told = async (answer: Promise<Response>): Promise<Told> => {
  const response = await answer
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json }
}
const post = (service: HttpService, body: unknown, key?: string, as = "acme") =>
  told(
    service.call("POST", "/v1/registrations", {
      as,
      headers: { ...json, ...(key === undefined ? {} : { "idempotency-key": key }) },
      body: JSON.stringify(body)
    })
  )
const withdraw = (service: HttpService, id: unknown) =>
  told(service.call("POST", `/v1/registrations/${id}/withdrawal`, { headers: json, body: '{"reason":"other"}' }))
const get = (service: HttpService, path: string, options: CallOptions = {}) => told(service.call("GET", path, options))

describe("the id of a registration", () => {
  it("follows from the user and the attempt, as the page's examples say", async () => {
    const service = await startHttp()
    for (const [type, user, id] of [
      [undefined, "user-42", "953cc770-d1be-5846-a834-71fbe1c6e550"],
      ["ACME_USER_ID", "user-42", "03ac98d3-a980-55e1-97f1-2f678ada6c76"],
      ["A:B", "C", "93c591c4-ead0-56ff-94ed-5b3615a8f390"]
    ]) {
      const { body } = await post(service, registrationRequest({ partnerUserId: user, partnerUserIdType: type }))
      expect(body["id"]).toBe(id)
      await withdraw(service, id)
    }
  })
})

describe("an Idempotency-Key", () => {
  /** The same with its members in the opposite order, at every depth. */
  const turned = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([name, one]) => [name, turned(one)])
          )
        : value

  it("compares the body as canonical JSON, as it was sent: neither order nor null matters, a default does", async () => {
    const service = await startHttp()
    const body = registrationRequest({ labels: { b: "2", a: "1" } })
    const { id } = (await post(service, body, "k")).body
    const [consent] = body.consents
    const nulls = {
      ...body,
      renew: null,
      applicant: { ...body.applicant, phoneNumber: null },
      consents: [{ ...consent, device: null, documents: { ...consent?.documents, en_ID: null } }],
      labels: { ...Object(body)["labels"], c: null }
    }
    for (const same of [body, turned(body), nulls, turned(nulls)])
      expect(await post(service, same, "k")).toMatchObject({ status: 201, body: { id } })
    for (const other of [
      { ...body, renew: false },
      { ...body, locale: "id_ID" },
      { ...body, partnerUserIdType: "ACME_USER_ID" },
      { ...body, labels: { a: "1" } },
      { ...body, applicant: { ...body.applicant, name: "Siti  Rahmawati" } }
    ])
      expect(await post(service, other, "k")).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } })
  })

  it("is the tenant's, for one partner user", async () => {
    const service = await startHttp()
    const body = registrationRequest()
    const first = await post(service, body, "k")
    const colleague = await post(service, body, "k", "mate")
    expect(colleague).toMatchObject({ status: 201, body: { id: first.body["id"] } })
    expect(colleague.headers.get("idempotent-replayed")).toBe("true")
    expect(await post(service, body, "k", "beta")).toMatchObject({ status: 409, body: { code: "registration_open" } })
    // Nor is another tenant's body compared with it.
    const changed = { ...body, locale: "en_ID" }
    expect(await post(service, changed, "k", "beta")).toMatchObject({ body: { code: "registration_open" } })
    const another = await post(service, registrationRequest(), "k")
    expect(another.status).toBe(201)
    expect(another.headers.has("idempotent-replayed")).toBe(false)
    expect(another.body["id"]).not.toBe(first.body["id"])
  })

  it("answers its own attempt as it is now, also when that has ended and another one is open", async () => {
    const service = await startHttp()
    const body = registrationRequest()
    const first = (await post(service, body, "one")).body["id"]
    for (const other of [undefined, "two"])
      expect(await post(service, body, other)).toMatchObject({
        status: 409,
        body: { code: "registration_open", registrationId: first, registration: `/v1/registrations/${first}` }
      })
    await withdraw(service, first)
    const second = (await post(service, body, "two")).body["id"]
    for (const [key, id, state] of [
      ["one", first, "withdrawn"],
      ["two", second, "requested"]
    ]) {
      const again = await post(service, body, String(key))
      expect(again).toMatchObject({ status: 201, body: { id, state } })
      expect(again.headers.get("location")).toBe(`/v1/registrations/${id}`)
      expect(again.headers.get("etag")).toBe(`"${again.body["revision"]}"`)
      expect(again.headers.get("idempotent-replayed")).toBe("true")
    }
  })

  it("is kept in the first event as a keyed hash, beside the fingerprint of the body", async () => {
    const service = await startHttp()
    const [key, body] = ["3174096112900001", registrationRequest()]
    const requestedUnder = async (as: string) => {
      const { id } = (await post(service, { ...body, partnerUserId: `user-${as}` }, key, as)).body
      const { events } = (await get(service, `/v1/registrations/${id}/events`, { as })).body
      return (events as ReadonlyArray<{ data: Json }>)[0]?.data ?? {}
    }
    const [one, other] = [await requestedUnder("acme"), await requestedUnder("beta")]
    const hash = /^[0-9a-f]{64}$/
    for (const data of [one, other])
      expect(data).toMatchObject({
        idempotencyKey: expect.stringMatching(hash),
        fingerprint: expect.stringMatching(hash)
      })
    expect(one["idempotencyKey"]).not.toBe(createHash("sha256").update(key).digest("hex"))
    expect(one["idempotencyKey"]).not.toBe(other["idempotencyKey"])
    expect(one["fingerprint"]).not.toBe(other["fingerprint"])
  })
})

describe("waiting", () => {
  it("is over at once for an end, and for who knows an older revision", async () => {
    const service = await startHttp()
    const { id } = (await post(service, registrationRequest())).body
    const path = `/v1/registrations/${id}?wait=50`
    expect(await get(service, path, { headers: { "if-none-match": '"7", W/"8"' } })).toMatchObject({
      status: 200,
      body: { state: "requested" }
    })
    const held = get(service, path)
    await withdraw(service, id)
    expect(await held).toMatchObject({ status: 200, body: { state: "withdrawn" } })
    expect(await get(service, path)).toMatchObject({ status: 200, body: { state: "withdrawn" } })
    const known = await service.call("GET", path, { headers: { "if-none-match": "*" } })
    expect(known.status).toBe(304)
  })
})

describe("what is answered", () => {
  /** Every text and null in a value. */
  const leaves = (value: unknown): ReadonlyArray<unknown> =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value]

  it("has times in UTC with milliseconds, UUIDs in lower case, and no null", async () => {
    const service = await startHttp()
    const { id } = (await post(service, registrationRequest({ locale: null }), "k")).body
    await service.run(issueUrls(String(id), "http://127.0.0.1:9"))
    const path = `/v1/registrations/${String(id).toUpperCase()}`
    for (const { body } of [await get(service, path), await get(service, `${path}/events`)]) {
      const values = leaves(body)
      expect(values).not.toContain(null)
      const texts = values.filter((value) => typeof value === "string")
      const times = texts.filter((text) => /^\d{4}-\d\d-\d\dT/.test(text))
      expect(times.length).toBeGreaterThan(2)
      for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      const uuids = texts.filter((text) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text))
      expect(uuids.length).toBeGreaterThan(1)
      for (const uuid of uuids) expect(uuid).toBe(uuid.toLowerCase())
    }
  })

  it("is correlated by a new UUID where the id of the request is none", async () => {
    const service = await startHttp()
    const correlationOf = async (requestId: string) => {
      const headers = { ...json, "x-request-id": requestId }
      const body = JSON.stringify(registrationRequest())
      const { id } = (await told(service.call("POST", "/v1/registrations", { headers, body }))).body
      const { events } = (await get(service, `/v1/registrations/${id}/events`)).body
      return (events as ReadonlyArray<Json>)[0]?.["correlationId"]
    }
    const [one, other] = [await correlationOf("order-66"), await correlationOf("order-66")]
    for (const made of [one, other]) expect(made).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
    expect(one).not.toBe(other)
  })

  it("warns of a date of birth that the NIK does not have, and refuses nothing for it", async () => {
    const service = await startHttp()
    const request = registrationRequest()
    const applicant = { ...request.applicant, dateOfBirth: "1991-12-21" }
    const warnings = [{ code: "nik_birth_date_mismatch", path: "applicant.dateOfBirth" }]
    expect(await post(service, { ...request, applicant })).toMatchObject({ status: 201, body: { warnings } })
  })

  it("says of an image of unknown length that the length is to be sent", async () => {
    const service = await startHttp()
    const { id } = (await post(service, registrationRequest())).body
    const body = new Blob([jpeg()]).stream()
    const refused = await told(service.call("PUT", `/v1/registrations/${id}/documents/ktp`, { body }))
    expect(refused).toMatchObject({ status: 411, body: { code: "length_required" } })
    expect(refused.body["detail"]).toMatch(/Content-Length/)
  })

  it("to a withdrawal of what has expired is 409", async () => {
    const service = await startHttp()
    const { id } = (await post(service, registrationRequest())).body
    const at = Date.now() + 40 * 86_400_000
    await service.run(command(String(id), { _tag: "Expire", at, uploadWindow: 30 * 86_400_000 }))
    expect(await withdraw(service, id)).toMatchObject({ status: 409, body: { code: "wrong_state", state: "expired" } })
  })
})

it("an upload may take 15 minutes, and a little more to say so", () => {
  const ignore = () => {}
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
  const { server } = makeApp({
    admission: { admit: () => undefined, track: () => () => {} },
    keepAliveTimeout: 75_000,
    isStopping: () => false,
    log,
    requestAnswered: ignore,
    run: ignore
  })
  expect(server.requestTimeout).toBeGreaterThan(15 * 60_000)
  expect(server.timeout).toBe(0)
})

describe("what needs no key", () => {
  it("is the description of the API, for programs and for people", async () => {
    const service = await startHttp()
    const document = await get(service, "/openapi.json", { as: "" })
    expect(document.status).toBe(200)
    expect(document.body["openapi"]).toMatch(/^3\.1\./)
    expect(document.body["paths"]).toHaveProperty(["/v1/registrations/{id}"])
    const page = await service.call("GET", "/docs", { as: "" })
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringMatching(/^text\/html/)])
    expect(await page.text()).toContain("/v1/registrations/{id}")
    const messages = await get(service, "/asyncapi.json", { as: "" })
    expect(messages.status).toBe(200)
    expect(messages.body).toEqual(JSON.parse(JSON.stringify(makeAsyncApi())))
    for (const path of ["/openapi.json", "/asyncapi.json", "/docs"])
      expect((await service.call("HEAD", path, { as: "" })).status).toBe(200)
  })
})

describe("an API key", () => {
  it("is named after its client, and only its SHA-256 is kept", async () => {
    const service = await startHttp()
    const kept = readFileSync(service.clientsFile, "utf8")
    for (const [client, key] of Object.entries(service.keys)) {
      expect(key).toMatch(new RegExp(`^crk_${client}_[A-Za-z0-9_-]{43}$`))
      expect(kept).not.toContain(key.slice(-43))
      const hash = createHash("sha256").update(key)
      expect(kept).toContain(hash.digest("hex"))
    }
  })
})

describe("a callback's body", () => {
  const secret = { authorization: "Bearer callback-secret" }
  const filled = (size: number) => JSON.stringify({ status: "" }).padEnd(size)
  const send = (service: HttpService, body: unknown, headers: Record<string, string> = {}) =>
    told(service.call("POST", "/v1/esign/callback", { as: "", headers: { ...secret, ...headers }, body }))

  it("is at most 64 KiB, chunked or not, after a byte order mark or not, and not compressed", async () => {
    const service = await startHttp()
    const limit = 64 * 1024
    for (const body of [filled(limit), new Blob([filled(limit)]).stream(), new Blob(["\ufeff{}"]).stream()])
      expect(await send(service, body)).toMatchObject({ status: 200, body: { received: true } })
    for (const body of [filled(limit + 1), new Blob([filled(limit + 1)]).stream()])
      expect(await send(service, body)).toMatchObject({ status: 413, body: { code: "too_large" } })
    for (const encoding of ["", "identity", "utf-8"])
      expect((await send(service, "{}", { "content-encoding": encoding })).status).toBe(200)
    for (const encoding of ["gzip", "br", "deflate"])
      expect(await send(service, "{}", { "content-encoding": encoding })).toMatchObject({
        status: 415,
        body: { code: "unsupported_media_type" }
      })
  })

  it("of unknown fields and query parameters is taken", async () => {
    const service = await startHttp()
    const body = JSON.stringify({ submissionId: randomUUID(), nobody: { knows: null } })
    const response = await service.call("PATCH", "/v1/esign/callback?x=1&x=2&=", { as: "", headers: secret, body })
    expect(response.status).toBe(200)
  })

  it("is not recorded of who only looks", async () => {
    const service = await startHttp()
    const { write, answer } = await rawConnection(service.port)
    await write("GET /v1/esign/callback HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")
    expect((await answer()).status).toBe(200)
    expect(service.lines.filter(({ event }) => event === "callback_ping")).toEqual([])
  })
})
