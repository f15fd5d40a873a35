import { randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { callbackAuth, type HttpService, startHttp } from "../../support/http-service.ts"
import { registrationRequest } from "../../support/registration-request.ts"

type Json = Record<string, unknown>
const json = (response: Response) => response.json() as Promise<Json>

const post = (service: HttpService, body: unknown, options: { as?: string; headers?: Record<string, string> } = {}) =>
  service.call("POST", "/v1/registrations", {
    ...options,
    headers: { "content-type": "application/json", ...options.headers },
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body)
  })

/** Status and code of a problem, once it was seen to be a whole one. */
const problem = async (response: Response): Promise<Json> => {
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/)
  const body = await json(response)
  expect(body["status"]).toBe(response.status)
  expect(body["requestId"]).toBe(response.headers.get("x-request-id"))
  return body
}

describe("POST /v1/registrations", () => {
  it("answers 201 with the resource, its place and its revision", async () => {
    const service = await startHttp()
    const request = registrationRequest({ labels: { campaign: "q4" } })
    const response = await post(service, request)
    expect(response.status).toBe(201)
    const body = await json(response)
    expect(body).toMatchObject({
      attempt: 1,
      state: "requested",
      revision: 0,
      partnerUserId: request.partnerUserId,
      partnerUserIdType: "ACME_USER_ID",
      labels: { campaign: "q4" },
      personalData: "sealed",
      warnings: []
    })
    expect(response.headers.get("location")).toBe(`/v1/registrations/${body["id"]}`)
    expect(response.headers.get("etag")).toBe('"0"')
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(response.headers.has("idempotent-replayed")).toBe(false)
    const read = await service.call("GET", `/v1/registrations/${body["id"]}`)
    expect(await json(read)).toEqual(body)
  })

  it("answers the same key and body with the same registration, however many come at once", async () => {
    const service = await startHttp()
    const request = registrationRequest()
    const headers = { "idempotency-key": "k" }
    const all = await Promise.all(Array.from({ length: 20 }, () => post(service, request, { headers })))
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(201))
    expect(all.filter((one) => one.headers.get("idempotent-replayed") === "true")).toHaveLength(19)
    const bodies = await Promise.all(all.map((one) => one.text()))
    expect(new Set(bodies).size).toBe(1)
    const other = await post(service, { ...request, locale: "id_ID" }, { headers })
    expect(await problem(other)).toMatchObject({ status: 422, code: "idempotency_key_reused" })
    expect(await problem(await post(service, request))).toMatchObject({ status: 409, code: "registration_open" })
  })

  it("names the registration in the way to its tenant, and not to another", async () => {
    const service = await startHttp()
    const request = registrationRequest()
    const { id } = await json(await post(service, request))
    expect(await problem(await post(service, request, { as: "mate" }))).toMatchObject({
      state: "requested",
      registrationId: id,
      registration: `/v1/registrations/${id}`
    })
    const told = await problem(await post(service, request, { as: "beta" }))
    expect(told["code"]).toBe("registration_open")
    for (const member of ["state", "registrationId", "registration"]) expect(told).not.toHaveProperty(member)
  })

  it("lists every wrong field, and repeats no value", async () => {
    const service = await startHttp()
    const wrong = registrationRequest({ partnerUserId: "", locale: "fr_FR", extra: 1, ["__proto__"]: 1 })
    const text = JSON.stringify({ ...wrong, applicant: { ...wrong.applicant, nik: "31740961129000010000" } })
    const told = await problem(await post(service, text.replace("{", '{"__proto__":{"renew":true},')))
    expect(told).toMatchObject({ status: 422, code: "validation_failed" })
    const paths = (told["errors"] as ReadonlyArray<{ path: string }>).map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(["partnerUserId", "locale", "extra", "__proto__", "applicant.nik"]))
    expect(JSON.stringify(told)).not.toContain("3174096112900001")
    for (const whole of ["[]", "null", "5", '"x"'])
      expect(await problem(await post(service, whole))).toMatchObject({ errors: [{ path: "" }] })
  })

  it("requires a partnerUserIdType where no default is configured", async () => {
    const service = await startHttp({ partnerUserIdType: undefined })
    for (const request of [registrationRequest(), registrationRequest({ partnerUserIdType: null })])
      expect(await problem(await post(service, request))).toMatchObject({ errors: [{ path: "partnerUserIdType" }] })
    const told = await problem(await post(service, registrationRequest({ locale: "x" })))
    expect(told["errors"]).toHaveLength(2)
    const request = registrationRequest({ partnerUserIdType: "OTHER" })
    expect(await json(await post(service, request))).toMatchObject({ partnerUserIdType: "OTHER" })
  })
})

describe("POST /v1/registrations/:id/withdrawal", () => {
  const withdraw = (service: HttpService, id: unknown, body: unknown, as = "acme") =>
    service.call("POST", `/v1/registrations/${id}/withdrawal`, {
      as,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body)
    })

  it("ends an open registration; twice is once", async () => {
    const service = await startHttp()
    const { id } = await json(await post(service, registrationRequest()))
    for (let i = 0; i < 2; i++) {
      const response = await withdraw(service, String(id).toUpperCase(), { reason: "other" })
      expect(response.status).toBe(200)
      expect(response.headers.get("etag")).toBe('"1"')
      expect(await json(response)).toMatchObject({ id, state: "withdrawn", revision: 1 })
    }
  })

  it("looks for the registration first, then at the body", async () => {
    const service = await startHttp()
    const { id } = await json(await post(service, registrationRequest()))
    for (const [unknown, as] of [
      [randomUUID(), "acme"],
      ["none", "acme"],
      [id, "beta"]
    ])
      expect(await problem(await withdraw(service, unknown, {}, String(as)))).toMatchObject({ code: "not_found" })
    // An auditor who may write too reads every tenant, and writes in its own alone.
    expect((await withdraw(service, id, { reason: "other" }, "chief")).status).toBe(404)
    expect((await service.call("GET", `/v1/registrations/${id}`, { as: "chief" })).status).toBe(200)
    for (const [body, path] of [
      [{}, "reason"],
      [{ reason: null }, "reason"],
      [{ reason: "bored" }, "reason"],
      [{ reason: "other", x: 1 }, "x"],
      [[], ""]
    ])
      expect(await problem(await withdraw(service, id, body))).toMatchObject({ errors: [{ path }] })
  })
})

describe("the callback", () => {
  const secret = { authorization: "Bearer callback-secret" }
  const send = (service: HttpService, method: string, body: string, headers: Record<string, string> = secret) =>
    service.call(method, "/v1/esign/callback?a=1&a=2", { as: "", headers, body })

  it("answers 200 to everything that is JSON, and to an empty body", async () => {
    const service = await startHttp()
    for (const method of ["POST", "PUT", "PATCH"])
      for (const body of [
        "",
        " ",
        "{}",
        "[]",
        "null",
        '{"submissionId":5}',
        '{"submissionId":"x","userId":"nobody"}'
      ]) {
        const response = await send(service, method, body)
        expect([response.status, await json(response)]).toEqual([200, { received: true }])
      }
    expect(service.lines.filter(({ event }) => event === "callback_ping")).toHaveLength(18)
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "garbage", ""])
      expect((await send(service, "POST", "{}", { ...secret, "content-type": type })).status).toBe(200)
  })

  it("refuses strangers before it looks at the body, and what is no JSON", async () => {
    const service = await startHttp({ callbackAuth: callbackAuth("bearer callback-secret\nbasic u:p") })
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { authorization: `Bearer ${service.keys["acme"]}` }
    ]) {
      const response = await send(service, "POST", "{", headers)
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer, Basic/)
      expect(await problem(response)).toMatchObject({ status: 401, code: "unauthenticated" })
    }
    for (const body of ["{", "no json", "<xml/>"])
      expect(await problem(await send(service, "POST", body))).toMatchObject({ code: "malformed_json" })
    const large = await problem(await send(service, "POST", JSON.stringify({ x: "x".repeat(65_536) })))
    expect(large).toMatchObject({ status: 413, code: "too_large" })
    expect(large["detail"]).toContain("64 KiB")
  })

  it("is there for a probe, without credentials", async () => {
    const service = await startHttp()
    for (const method of ["GET", "HEAD"])
      expect((await service.call(method, "/v1/esign/callback", { as: "" })).status).toBe(200)
    expect((await service.call("DELETE", "/v1/esign/callback", { as: "" })).headers.get("allow")).toContain("PATCH")
  })
})
