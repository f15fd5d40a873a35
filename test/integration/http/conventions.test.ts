import { randomUUID } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { newApiKey } from "../../../src/adapters/clients-file/api-key.ts"
import { readClients, withoutClient, writeClients } from "../../../src/adapters/clients-file/clients.ts"
import { routes } from "../../../src/adapters/http/routes/routes.ts"
import { command, issueUrls } from "../../support/driver-commands.ts"
import { eventually } from "../../support/eventually.ts"
import { type CallOptions, type HttpService, startHttp } from "../../support/http-service.ts"
import { jpeg, otherImages } from "../../support/images.ts"
import { type RawAnswer, rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"

type Json = Record<string, unknown>
const json = { "content-type": "application/json" }

const begin = async (service: HttpService, fields: Json = {}): Promise<string> => {
  const body = JSON.stringify(registrationRequest(fields))
  const response = await service.call("POST", "/v1/registrations", { headers: json, body })
  return String(((await response.json()) as Json)["id"])
}
const problemOf = async (response: Response): Promise<Json> => (await response.json()) as Json
const codeOf = async (response: Promise<Response>) => (await problemOf(await response))["code"]

/** Bytes on a connection of their own, and their answer. */
const raw = async (service: HttpService, ...parts: ReadonlyArray<string | Uint8Array>): Promise<RawAnswer> => {
  const { write, answer, socket } = await rawConnection(service.port)
  await write(...parts)
  const got = await answer()
  socket.destroy()
  return got
}

/** Each route that needs a key, as its method and the path about one registration. */
const keyed = routes
  .filter(({ url }) => url.startsWith("/v1/") && url !== "/v1/esign/callback")
  .flatMap(({ methods, url }) => methods.map((method) => ({ method: String(method), url: String(url) })))
const aboutOne = keyed.filter(({ url }) => url.includes(":id"))
const erases = (url: string) => /\/(?:personal-data|hold)$/.test(url)
/** Who may ask a route, who of another tenant may, and who lacks its scope. */
const mayAsk = (url: string) =>
  url === "/v1/feed" ? "feeder" : url === "/v1/checkpoint" ? "auditor" : erases(url) ? "eraser" : "acme"
const stranger = (url: string) => (erases(url) ? "wiper" : "beta")
const lacks = (url: string) => (url === "/v1/feed" ? "reader" : "feeder")
const at = (url: string, id: string) => url.replace(":id", id).replace(":document", "ktp")

describe("the checks", () => {
  it("run in this order on every route: key, scope, existence, body", async () => {
    const service = await startHttp()
    const id = await begin(service)
    for (const { method, url } of keyed) {
      const what = `${method} ${url}`
      const reads = method === "GET" || method === "HEAD"
      // Everything is wrong with it, as far as such a request can be.
      const wrong = reads ? {} : { headers: { "content-type": "text/plain" }, body: "{" }
      const ask = (as: string, about: string, more: CallOptions = {}) =>
        service.call(method, at(url, about), { ...wrong, ...more, as })
      expect((await ask("", randomUUID())).status, what).toBe(401)
      expect((await ask(lacks(url), randomUUID())).status, what).toBe(403)
      if (!url.includes(":id")) continue
      expect((await ask(stranger(url), randomUUID())).status, what).toBe(404)
      const foreign = await ask(stranger(url), id)
      expect(foreign.status, what).toBe(404)
      // Where no body is defined nobody looks at one.
      if (!reads) expect((await ask(mayAsk(url), id)).status, what).toBe(method === "DELETE" ? 200 : 415)
    }
    const headers = { "content-type": "text/plain", "idempotency-key": "" }
    expect(await codeOf(service.call("POST", "/v1/registrations", { headers, body: "{" }))).toBe("invalid_parameter")
  })

  it("answer the same 404 for another tenant's registration, none, and an id that can be none", async () => {
    const service = await startHttp()
    const id = await begin(service)
    for (const { method, url } of aboutOne) {
      const answers = new Set<string>()
      for (const about of [id, id.toUpperCase(), randomUUID(), "none", `${id}0`, "%00", `${id}%0a`]) {
        const response = await service.call(method, at(url, about), { as: stranger(url) })
        const text = (await response.text()).replace(/"requestId":"[^"]+"/, "")
        answers.add(`${response.status} ${text}`)
      }
      expect([...answers], `${method} ${url}`).toHaveLength(1)
      expect([...answers][0]).toMatch(/^404/)
    }
  })

  it("look at erased data after the body, and before the state", async () => {
    const service = await startHttp()
    const id = await begin(service)
    await service.run(issueUrls(id, "http://127.0.0.1:9"))
    await service.run(command(id, { _tag: "Withdraw", reason: "other" }))
    const path = `/v1/registrations/${id}/documents/ktp`
    const image = { headers: { "content-type": "image/jpeg" }, body: jpeg() }
    expect(await codeOf(service.call("PUT", path, image))).toBe("wrong_state")
    await service.run(command(id, { _tag: "Erase" }))
    expect(await codeOf(service.call("PUT", path, image))).toBe("personal_data_erased")
    const gif = { headers: { "content-type": "image/gif" }, body: otherImages.GIF }
    expect(await codeOf(service.call("PUT", path, gif))).toBe("unsupported_media_type")
  })
})

describe("401", () => {
  it("is the same, to the byte, whatever is wrong with the key, on every route", async () => {
    const service = await startHttp()
    const key = service.keys["acme"] ?? ""
    const removed = service.keys["mate"] ?? ""
    const clients = readClients(readFileSync(service.clientsFile, "utf8")) ?? []
    writeFileSync(service.clientsFile, writeClients(Result.getOrThrow(withoutClient(clients, "mate"))))
    const asRemoved = { as: "", headers: { authorization: `Bearer ${removed}` } }
    await eventually("mate to be gone", async () => {
      const { status } = await service.call("GET", "/v1/registrations/x", asRemoved)
      return status === 401
    })
    const bearer = (value: string) => `authorization: Bearer ${value}`
    const causes: ReadonlyArray<ReadonlyArray<string>> = [
      [],
      ["authorization:"],
      ["authorization: Bearer"],
      [bearer(removed)],
      [bearer(newApiKey("acme"))],
      [bearer(newApiKey("nobody"))],
      [bearer("crk_acme_")],
      [bearer("crk_acme")],
      [bearer("crk__")],
      [bearer(key.slice(0, -1))],
      [bearer(`${key}=`)],
      [bearer(key.toUpperCase())],
      [bearer(`${key} ${key}`)],
      [bearer(`"${key}"`)],
      [bearer("\xff".repeat(50))],
      [bearer("x".repeat(10_000))],
      [`authorization: ${key}`],
      [`authorization: Basic ${Buffer.from(`acme:${key}`).toString("base64")}`],
      [`authorization: Token ${key}`],
      [`authorization: Bearer, ${key}`],
      [bearer(key), bearer(key)],
      [bearer(key), "authorization: Basic eDp5"],
      ["authorization: Basic eDp5", bearer(key)],
      [`x-api-key: ${key}`],
      [`cookie: authorization=${key}`],
      [`proxy-authorization: Bearer ${key}`]
    ]
    const answers = new Set<string>()
    for (const { method, url } of keyed.filter((route) => route.method !== "HEAD"))
      for (const lines of causes) {
        const head = [`${method} ${at(url, randomUUID())} HTTP/1.1`, "host: x", "x-request-id: r", ...lines]
        const { status, headers, body } = await raw(service, Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"))
        expect(status, `${method} ${url} ${lines.join()}`).toBe(401)
        const { date, ...told } = headers
        answers.add(JSON.stringify([told, body]))
      }
    expect([...answers]).toHaveLength(1)
    expect([...answers][0]).toContain('"www-authenticate":"Bearer"')
    expect([...answers][0]).not.toContain("crk_")
  })

  it("is not what a right key gets, with its scheme in any case and any number of spaces", async () => {
    const service = await startHttp()
    for (const scheme of ["bearer ", "BEARER ", "bEaReR    "]) {
      const line = `Authorization: ${scheme}${service.keys["acme"]}`
      const { status } = await raw(service, `GET /v1/registrations/x HTTP/1.1\r\nhost: x\r\n${line}\r\n\r\n`)
      expect(status).toBe(404)
    }
  })
})

describe("a scope", () => {
  it("allows what the page says, and a refusal names the one that lacks", async () => {
    const service = await startHttp()
    const id = await begin(service)
    const mayRead = ["acme", "reader", "auditor", "chief"]
    const one = `/v1/registrations/${id}`
    for (const path of [one, `${one}/events`, "/v1/registrations", "/v1/stats"]) {
      for (const as of mayRead) expect((await service.call("GET", path, { as })).status, `${as} ${path}`).toBe(200)
      const refused = await service.call("GET", path, { as: "feeder" })
      expect(await problemOf(refused)).toMatchObject({
        status: 403,
        code: "forbidden",
        scope: "registrations:read"
      })
    }
    const writing = keyed.filter(({ method }) => method !== "GET" && method !== "HEAD")
    for (const { method, url } of writing)
      for (const as of ["reader", "auditor", "feeder", erases(url) ? "chief" : "keeper"]) {
        const refused = await service.call(method, at(url, id), { as, headers: json, body: "{}" })
        const told = await problemOf(refused)
        const scope = erases(url) ? "personal-data:erase" : "registrations:write"
        expect(told, `${as} ${method} ${url}`).toMatchObject({ status: 403, scope })
      }
    for (const as of ["auditor", "chief", "keeper"])
      expect((await service.call("GET", "/v1/checkpoint", { as })).status).toBe(404)
    for (const as of ["acme", "reader", "feeder", "eraser"])
      expect(await problemOf(await service.call("GET", "/v1/checkpoint", { as }))).toMatchObject({
        scope: "audit:read"
      })
  })
})

describe("a query parameter", () => {
  it("that is unknown, empty or given twice is refused on every route, and not repeated", async () => {
    const service = await startHttp()
    const id = await begin(service)
    const paths = [
      ...keyed.map(({ method, url }) => ({ method, path: at(url, id) })),
      ...["/health/live", "/health/ready", "/openapi.json", "/asyncapi.json", "/docs"].map((path) => ({
        method: "GET",
        path
      }))
    ]
    const queries = [
      "canary=1",
      "canary",
      "canary=",
      "=canary",
      "__proto__=canary",
      "toString=canary",
      "a%5B%5D=canary"
    ]
    for (const { method, path } of paths)
      for (const query of queries) {
        const response = await service.call(method, `${path}?${query}`, { as: mayAsk(path) })
        expect(response.status, `${method} ${path}?${query}`).toBe(400)
        const text = await response.text()
        if (method !== "HEAD") expect(JSON.parse(text)).toMatchObject({ code: "invalid_parameter" })
        expect(text).not.toContain("canary")
      }
    for (const wait of [
      "wait=1&wait=1",
      "wait=0&wait=61",
      "wait=61",
      "wait=-1",
      "wait=+1",
      "wait=1.0",
      "wait=1%200",
      "wait="
    ])
      expect(await codeOf(service.call("GET", `/v1/registrations/${id}?${wait}`)), wait).toBe("invalid_parameter")
    for (const wait of ["wait=0", "wait=00", "%77ait=0", "wait=0&"])
      expect((await service.call("GET", `/v1/registrations/${id}?${wait}`)).status, wait).toBe(200)
  })
})

describe("what can be read", () => {
  it("can be asked for its headers alone", async () => {
    const service = await startHttp()
    const path = `/v1/registrations/${await begin(service)}`
    const others = ["/v1/registrations/x", "/v1/registrations?limit=1", "/v1/stats"]
    for (const target of [path, `${path}/events`, `${path}?wait=0`, ...others]) {
      const [head, get] = await Promise.all([service.call("HEAD", target), service.call("GET", target)])
      expect([head.status, head.headers.get("etag"), head.headers.get("content-type")]).toEqual([
        get.status,
        get.headers.get("etag"),
        get.headers.get("content-type")
      ])
      expect(await head.text()).toBe("")
      expect(head.headers.get("x-request-id")).toMatch(/-/)
    }
    expect((await service.call("HEAD", path, { as: "" })).status).toBe(401)
    expect((await service.call("HEAD", path, { headers: { "if-none-match": '"0"' } })).status).toBe(304)
  })

  it("is 304 to who knows it: lists, weak tags, tags in two headers, and any", async () => {
    const service = await startHttp()
    const id = await begin(service)
    const ask = (...lines: ReadonlyArray<string>) =>
      raw(
        service,
        `GET /v1/registrations/${id} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`,
        ...lines.map((line) => `${line}\r\n`),
        "\r\n"
      )
    for (const lines of [
      ['if-none-match: "0"'],
      ['if-none-match: W/"0"'],
      ['if-none-match: "x,y" , W/"1",W/"0"'],
      ['if-none-match: "7"', 'if-none-match: "0"'],
      ["if-none-match: *"]
    ]) {
      const { status, headers, body } = await ask(...lines)
      expect([status, headers["etag"], body], lines.join()).toEqual([304, '"0"', ""])
      expect(headers["content-length"]).toBeUndefined()
      expect(headers["x-request-id"]).toMatch(/-/)
    }
    for (const line of ["if-none-match: 0", 'if-none-match: "00"', "if-none-match:", 'if-none-match: "*"'])
      expect((await ask(line)).status, line).toBe(200)
    // And the connection goes on after a body that nobody asked for.
    const { write, answer } = await rawConnection(service.port)
    const head = `GET /v1/registrations/${id} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`
    for (const more of ['if-none-match: "0"\r\ncontent-length: 4\r\n\r\nbody', "content-length: 4\r\n\r\nbody"])
      await write(head + more)
    const [known, whole] = [await answer(), await answer()]
    expect([known.status, known.headers["content-length"], whole.status]).toEqual([304, undefined, 200])
  })

  it("ignores a Content-Type, and an empty body, where none is defined", async () => {
    const service = await startHttp()
    const id = await begin(service)
    const reading = keyed.filter(({ method, url }) => method === "GET" && url.startsWith("/v1/registrations/:id"))
    for (const { url } of reading.filter((route) => !route.url.endsWith("upload-urls")))
      for (const type of ["application/json", "text/plain", "nonsense", ""])
        for (const length of ["content-length: 0\r\n\r\n", "transfer-encoding: chunked\r\n\r\n0\r\n\r\n", "\r\n"]) {
          const { status } = await raw(
            service,
            `GET ${at(url, id)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`,
            `content-type: ${type}\r\n${length}`
          )
          expect(status, `${url} ${type} ${length}`).toBe(200)
        }
  })
})

describe("what a caller sends", () => {
  const canaries = {
    partnerUserId: "canary user",
    partnerUserIdType: "canary type",
    applicant: {
      name: "canary\u0007name",
      nik: "canary-nik",
      dateOfBirth: "canary-date",
      email: { address: "canary-address", verificationReferenceId: "canary\nreference", extra: "canary-extra" },
      phoneNumber: { number: "canary-number", verificationReferenceId: "canary\u2028\ud800" }
    },
    locale: "canary-locale",
    consents: [
      {
        entity: "canary\u0000entity",
        type: "canary\u001btype",
        givenAt: "canary-time",
        documents: { id_ID: { url: "canary-url", text: "canary\u0000text" } },
        device: { userAgent: "canary\u0000agent", ip: "canary\nip" }
      }
    ],
    labels: { key: "canary\nlabel" },
    renew: "canary-renew",
    unknown: "canary-unknown"
  }
  const nasty = ["canary\u2028line", "canary\u001b[31m", "canary\u0085", 'canary","level":"error', "canary%0a%0d"]

  it("is repeated by no answer and no line of the log", async () => {
    const service = await startHttp()
    const id = await begin(service)
    const secret = { authorization: "Bearer callback-secret" }
    const texts: Array<string> = []
    const tell = async (method: string, path: string, options: CallOptions = {}) => {
      const response = await service.call(method, path, options)
      expect(response.status, `${method} ${path}`).toBeGreaterThanOrEqual(400)
      texts.push((await response.text()) + JSON.stringify([...response.headers]))
    }
    await tell("POST", "/v1/registrations", { headers: json, body: JSON.stringify(canaries) })
    await tell("POST", "/v1/registrations", { headers: json, body: '{"a":canary' })
    await tell("POST", "/v1/registrations", { headers: json, body: '["canary"]' })
    await tell("POST", `/v1/registrations/${id}/withdrawal`, { headers: json, body: '{"reason":"canary"}' })
    await tell("POST", "/v1/esign/callback", { as: "", headers: secret, body: "canary" })
    await tell("POST", "/v1/esign/callback", { as: "", headers: { authorization: "Basic canary" }, body: "canary" })
    await tell("PUT", `/v1/registrations/${id}/documents/canary`, { body: "canary" })
    for (const path of ["/canary", "/v1/registrations/canary", "/health/live?canary=canary", "/health/%zzcanary"])
      await tell("GET", path)
    // (A request id that is sane is to be repeated.)
    for (const header of [
      ...["authorization", "content-type", "content-encoding", "idempotency-key"],
      ...["x-request-id", "user-agent", "traceparent", "if-none-match", "accept", "cookie", "x-forwarded-for"]
    ])
      for (const value of [...nasty, "é canary", ...(header === "x-request-id" ? [] : ["canary", "00-canary"])]) {
        const body = '{"x":"canary"}'
        const lines = [`content-length: ${body.length}`, `${header}: ${value}`]
        if (header !== "authorization") lines.push(`authorization: Bearer ${service.keys["acme"]}`)
        const head = ["POST /v1/registrations HTTP/1.1", "host: x", ...lines].join("\r\n")
        const { status, headers, body: text } = await raw(service, `${head}\r\n\r\n${body}`)
        expect(status, `${header} ${value}`).toBeGreaterThanOrEqual(400)
        texts.push(text + JSON.stringify(headers))
      }
    expect(texts.join("\n")).not.toContain("canary")
    expect(JSON.stringify(service.lines)).not.toContain("canary")
    const told = service.lines.filter(({ event }) => event === "request")
    expect(told.every(({ requestId }) => /^[A-Za-z0-9._-]{1,128}$/.test(String(requestId)))).toBe(true)
  })

  it("is correlated by x-request-id: a sane one comes back, and is logged, another is replaced", async () => {
    const service = await startHttp()
    for (const [path, as] of [
      ["/health/live", ""],
      ["/nowhere", ""],
      ["/v1/registrations/x", ""],
      ["/v1/registrations/x", "acme"],
      ["/health/%zz", ""]
    ] as const) {
      for (const good of ["a", "A-z.0_9", "y".repeat(128)]) {
        const { headers } = await service.call("GET", path, { as, headers: { "x-request-id": good } })
        expect(headers.get("x-request-id"), path).toBe(good)
      }
      for (const bad of ["", "x".repeat(129), "a b", "a/b", "a:b", "{a}", "a,b", "é", "a\tb"]) {
        const { headers } = await service.call("GET", path, { as, headers: { "x-request-id": bad } })
        expect(headers.get("x-request-id"), `${path} ${bad}`).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
      }
    }
    const twice = await raw(service, "GET /nowhere HTTP/1.1\r\nhost: x\r\nx-request-id: a\r\nx-request-id: a\r\n\r\n")
    expect(twice.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/)
  })

  it("is traced: the lines of its request bear the trace id of a traceparent that is one", async () => {
    const bug = new TypeError("of a test")
    const service = await startHttp({
      store: (real) => ({
        ...real,
        read: () => {
          throw bug
        }
      })
    })
    const traceId = "0af7651916cd43dd8448eb211c80319c"
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`
    const secret = { authorization: "Bearer callback-secret" }
    await service.call("GET", `/v1/registrations/${randomUUID()}`, { headers: { traceparent } })
    await service.call("POST", "/v1/esign/callback", { as: "", headers: { ...secret, traceparent }, body: "{}" })
    await service.call("GET", "/nowhere", { headers: { traceparent } })
    await eventually("a line for each", () => service.lines.filter(({ event }) => event === "request").length === 3)
    const traced = service.lines.filter((line) => line.traceId === traceId).map(({ event }) => event)
    expect(traced.sort()).toEqual(["callback_ping", "request", "request", "request", "request_failed"])
    for (const none of [`00-${"0".repeat(32)}-b7ad6b7169203331-01`, "nonsense", `ff${traceparent.slice(2)}`]) {
      const response = await service.call("GET", "/health/live", { as: "", headers: { traceparent: none } })
      expect(response.status).toBe(200)
    }
    expect(service.lines.filter((line) => "traceId" in line)).toHaveLength(5)
  })
})
