import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { Pool } from "undici"
import { afterEach, assert, describe, it } from "vitest"
import type { EsignConfig } from "../../src/adapters/esign/esign-config.ts"
import { esignPlatformHttp } from "../../src/adapters/esign/esign-platform-http.ts"
import { transmit } from "../../src/adapters/esign/transmission.ts"
import { EsignPlatform } from "../../src/application/ports/esign-platform.ts"
import { scriptedServer } from "../support/scripted-server.ts"
import { soon } from "../support/simulator-partner.ts"
import { callOf, esignPlatformContract, somebody } from "./esign-platform.ts"

esignPlatformContract("over HTTP", esignPlatformHttp)

const submissionId = "5b6f2f0e-6d0f-4a53-9d53-2a1a7c1f0001"
const tokenAnswer = { success: true, data: { token: "tok", expiry_seconds: "1800", expires_at: "1" } }
const url = (name: string) => `https://storage.example/${name}?X-Amz-Signature=secret`
const urlsAnswer = (change: object = {}) => ({
  success: true,
  data: {
    submissionId: submissionId.toUpperCase(),
    status: "INITIATED",
    documents: {
      KTP: { documentUrl: url("ktp"), documentReference: "r_KTP", expiryInSeconds: "432000" },
      SELFIE: { documentUrl: url("selfie"), documentReference: "r_SELFIE", expiryInSeconds: "7200" }
    },
    ...change
  }
})

const closing: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Handler = (request: IncomingMessage, response: ServerResponse) => void
const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Handler =>
  (request, response) => {
    request.resume()
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body))
  }

/** A platform whose token call works and whose other calls are handled by the test, and the adapter in front of it. */
const facing = async (handle: Handler, change: Partial<EsignConfig> = {}) => {
  const requests: Array<IncomingMessage> = []
  const server = await scriptedServer((request, response) => {
    requests.push(request)
    return request.url?.endsWith("/authentication")
      ? json(200, tokenAnswer)(request, response)
      : handle(request, response)
  })
  const runtime = ManagedRuntime.make(
    esignPlatformHttp({
      baseUrl: server.url,
      tokenBaseUrl: server.url,
      clientId: "the-client",
      passKey: Redacted.make("the-pass-key"),
      onboardingPartner: "THE_PARTNER",
      timeoutMillis: 60_000,
      ...change
    })
  )
  closing.push(server.close, () => runtime.dispose())
  const run = <A, E>(use: (esign: EsignPlatform["Service"]) => Effect.Effect<A, E>) =>
    runtime.runPromise(Effect.flatMap(EsignPlatform, use))
  const failure = <E>(use: (esign: EsignPlatform["Service"]) => Effect.Effect<unknown, E>) =>
    runtime.runPromise(Effect.flip(Effect.flatMap(EsignPlatform, use)))
  return { ...server, requests, run, failure, runtime }
}

const urls = (esign: EsignPlatform["Service"]) => esign.issueUrls(callOf("user-1"))
const poll = (esign: EsignPlatform["Service"]) => esign.poll(callOf("user-1"), submissionId)
const confirm = (esign: EsignPlatform["Service"]) => esign.confirm(callOf("user-1"), submissionId, somebody())

describe("EsignPlatform on the wire", () => {
  it("sends each call with the headers of the contract and with no others", async () => {
    const { requests, run } = await facing((request, response) =>
      json(200, urlsAnswer({ status: "COMPLETED" }))(request, response)
    )
    await run(urls)
    await run(confirm)
    await run(poll)
    const [common, connection] = [
      ["x-onekyc-token", "x-partner-user-id", "x-partner-user-id-type", "x-partner-session-id"],
      ["host", "connection"]
    ]
    assert.deepStrictEqual(
      requests.map(({ method, url, headers }) => [`${method} ${url}`, Object.keys(headers).sort()]),
      [
        ["GET /v1/esign/partner/authentication", [...connection, "client-id", "pass-key"].sort()],
        [
          "GET /esign-partner/v1/submissions/urls?submissionType=CERT_REG",
          [...connection, ...common, "x-esign-onboarding-partner"].sort()
        ],
        [
          "PUT /esign-partner/v1/submissions/urls",
          [...connection, ...common, "x-esign-onboarding-partner", "content-type", "content-length"].sort()
        ],
        ["GET /esign-partner/v1/submissions", [...connection, ...common, "submissionid"].sort()]
      ]
    )
    const [token, first, second, third] = requests.map(({ headers }) => headers)
    assert.include(token, { "client-id": "the-client", "pass-key": "the-pass-key" })
    assert.include(first, {
      "x-onekyc-token": "tok",
      "x-esign-onboarding-partner": "THE_PARTNER",
      "x-partner-user-id": "user-1"
    })
    assert.include(second, { "content-type": "application/json" })
    assert.include(third, { submissionid: submissionId })
  })

  it("takes base URLs with a path, with and without a slash at the end", async () => {
    for (const slash of ["", "/"]) {
      const server = await scriptedServer((request, response) =>
        json(
          200,
          request.url?.startsWith("/tokens/v1/")
            ? tokenAnswer
            : request.url?.startsWith("/esign/esign-partner/")
              ? urlsAnswer()
              : {}
        )(request, response)
      )
      closing.push(server.close)
      const { run } = await facing(json(500, {}), {
        baseUrl: `${server.url}/esign${slash}`,
        tokenBaseUrl: `${server.url}/tokens${slash}`
      })
      assert.strictEqual((await run(urls)).submissionId, submissionId)
    }
  })

  it("reads the answer about the URLs: id in lower case, the shorter life, the URLs as secrets", async () => {
    const { run } = await facing(json(200, urlsAnswer()))
    const issued = await run(urls)
    assert.include(issued, { submissionId, lifetime: 7_200_000 })
    assert.deepStrictEqual(Redacted.value(issued.urls), { ktp: url("ktp"), selfie: url("selfie") })
  })

  const documents = (ktp: object) => ({
    documents: {
      KTP: { documentUrl: url("ktp"), expiryInSeconds: "60", ...ktp },
      SELFIE: { documentUrl: url("selfie"), expiryInSeconds: "60" }
    }
  })

  it.each([
    [documents({ expiryInSeconds: 30 }), 30_000],
    [documents({ expiryInSeconds: "soon" }), 60_000],
    [documents({ expiryInSeconds: null }), 60_000],
    [documents({ expiryInSeconds: "1e300" }), 60_000],
    [documents({ unknown: true }), 60_000]
  ])("reads a life of %j", async (change, lifetime) => {
    const { run } = await facing(json(200, urlsAnswer(change)))
    assert.strictEqual((await run(urls)).lifetime, lifetime)
  })

  it.each([
    ["no JSON", "<html>"],
    ["no envelope", []],
    ["null", null],
    ["no success", { data: urlsAnswer().data }],
    ["no data", { success: true }],
    ["data of another type", { success: true, data: "x" }],
    ["no submission id", urlsAnswer({ submissionId: undefined })],
    ["an empty submission id", urlsAnswer({ submissionId: "" })],
    ["a submission id that fits into no header", urlsAnswer({ submissionId: "a\r\nb" })],
    ["no documents", urlsAnswer({ documents: {} })],
    ["an empty URL", urlsAnswer(documents({ documentUrl: "" }))],
    ["a URL of another type", urlsAnswer(documents({ documentUrl: 7 }))]
  ])("finds an answer with %s unreadable", async (_, body) => {
    const { failure } = await facing(json(200, body))
    assert.deepInclude(await failure(urls), { operation: "urls", effect: "unknown", code: "unreadable_answer" })
  })

  it("skips a byte order mark", async () => {
    const { run } = await facing(json(200, `\ufeff${JSON.stringify(urlsAnswer())}`))
    assert.strictEqual((await run(urls)).submissionId, submissionId)
  })

  it.each([
    ["another submission", { submissionId: "5b6f2f0e-6d0f-4a53-9d53-2a1a7c1f0002" }],
    ["no submission", {}],
    ["null", { submissionId: null }]
  ])("takes a confirm that is answered about %s for one of unknown effect", async (_, data) => {
    const { failure } = await facing(json(200, { success: true, data }))
    assert.deepInclude(await failure(confirm), { operation: "confirm", effect: "unknown", code: "unreadable_answer" })
  })

  it("takes any 2xx that says so for success", async () => {
    const { run } = await facing(json(202, { success: true, data: { submissionId } }))
    assert.isUndefined(await run(confirm))
  })

  it("finds an answer of more than 256 KiB unreadable, and hangs up on it", async () => {
    let isOpen = true
    const { failure } = await facing((_, response) => {
      const more = () => isOpen && response.write(" ".repeat(65_536), () => setImmediate(more))
      response.writeHead(200).on("close", () => {
        isOpen = false
      })
      more()
    })
    assert.deepInclude(await failure(urls), { effect: "unknown", code: "unreadable_answer" })
    await soon(() => assert.isFalse(isOpen))
  })

  it("gives an answer that drips no more than its time", async () => {
    const { failure } = await facing(
      (_, response) => {
        response.writeHead(200)
        const drip = setInterval(() => response.write(" "), 20)
        response.on("close", () => clearInterval(drip))
      },
      { timeoutMillis: 2000 }
    )
    assert.deepInclude(await failure(urls), { effect: "unknown", code: "timeout" })
  })

  it.each([
    ["15", 15_000],
    ["Wed, 25 Nov 2026 10:00:30 GMT", 30_000],
    ["Wed, 25 Nov 2026 09:00:00 GMT", 0],
    ["99999999999", 3_600_000],
    ["1.5", 1500],
    ["in a while", undefined],
    ["-5", 0]
  ])("reads Retry-After: %s by the platform's clock, up to an hour", async (pause, retryAfter) => {
    const { failure } = await facing(json(503, "", { "retry-after": pause, date: "Wed, 25 Nov 2026 10:00:00 GMT" }))
    const error = await failure(urls)
    assert.include(error, { effect: "unknown", code: "http_503" })
    assert.strictEqual("retryAfter" in error ? error.retryAfter : undefined, retryAfter)
  })

  it("passes the Date of every answer on, whatever the answer is", async () => {
    const dates: Array<number> = []
    const at = (second: number) => `Wed, 25 Nov 2026 10:00:0${second} GMT`
    const answers = [
      json(500, "", { date: at(1) }),
      json(200, urlsAnswer(), { date: at(2) }),
      json(429, "", { date: "no date" })
    ]
    const { failure, run } = await facing((request, response) => answers.shift()?.(request, response), {
      onServerDate: (date) => dates.push(date)
    })
    await failure(urls)
    await run(urls)
    await failure(urls)
    const [token, ...rest] = dates
    assert.closeTo(token ?? 0, Date.now(), 60_000)
    assert.deepStrictEqual(rest, [Date.parse(at(1)), Date.parse(at(2))])
  })

  it.each([400, 403, 404])("takes a %i that is not the platform's own for an outage", async (status) => {
    for (const body of [
      { errors: [{ code: "1", cause: "X" }] },
      { success: true, errors: [{ code: "1", cause: "X" }] },
      { success: false },
      { success: false, errors: [] },
      { success: false, errors: "X" },
      { success: false, errors: ["X"] }
    ]) {
      const { failure } = await facing(json(status, body))
      assert.include(await failure(poll), { _tag: "PlatformUnavailable", effect: "unknown", code: `http_${status}` })
    }
  })

  it("takes the first of several errors, also with codes of another type", async () => {
    const { failure } = await facing(
      json(400, {
        success: false,
        errors: [{ code: 1539, cause: "FIRST", entity: null }, "more", { code: "2" }],
        data: null
      })
    )
    assert.deepInclude(await failure(urls), { _tag: "PlatformRefused", reasonCode: "FIRST", platformCode: "1539" })
  })

  it.each(["ECONNREFUSED", "ENOTFOUND", "ERR_SSL_WRONG_VERSION_NUMBER"])(
    "knows that a call which never got a connection (%s) did nothing",
    async (code) => {
      const closed = createServer().listen(0, "127.0.0.1")
      await once(closed, "listening")
      const { port } = closed.address() as AddressInfo
      await new Promise((resolve) => closed.close(resolve))
      const tokens = await scriptedServer(json(200, tokenAnswer))
      closing.push(tokens.close)
      const baseUrl = {
        ECONNREFUSED: `http://127.0.0.1:${port}`,
        ENOTFOUND: "http://esign.invalid",
        ERR_SSL_WRONG_VERSION_NUMBER: tokens.url.replace("http:", "https:")
      }[code]
      const { failure } = await facing(json(500, {}), { baseUrl: baseUrl ?? "", tokenBaseUrl: tokens.url })
      for (const use of [urls, confirm, poll]) {
        const error = await failure(use)
        assert.include(error, { _tag: "PlatformUnavailable", effect: "none" })
        if (code !== "ENOTFOUND") assert.propertyVal(error, "code", code)
        assert.notMatch(JSON.stringify(error), /127\.0\.0\.1|invalid/)
      }
    }
  )

  it("knows that a call which waited for a connection all its time did nothing, and never sends it later", async () => {
    const waiting: Array<ServerResponse> = []
    const seen: Array<string | undefined> = []
    const server = await scriptedServer((request, response) => {
      seen.push(request.url)
      waiting.push(response)
    })
    const pool = new Pool(server.url, { connections: 1 })
    closing.push(server.close, () => pool.destroy())
    const get = (path: string, timeoutMillis: number) =>
      Effect.runPromise(transmit(pool, { method: "GET", path }, { timeoutMillis }))
    const answered = async (path: string, promise: Promise<unknown>) => {
      await soon(() => assert.include(seen, path))
      waiting.shift()?.end("answer")
      assert.deepInclude(await promise, { status: 200, body: "answer" })
    }

    const first = get("/first", 60_000)
    await soon(() => assert.strictEqual(waiting.length, 1))
    assert.deepStrictEqual(await get("/second", 50), { _tag: "NoAnswer", sent: false, code: "timeout" })
    const third = get("/third", 60_000)
    await answered("/first", first)
    await answered("/third", third)
    assert.deepStrictEqual(seen, ["/first", "/third"])
  })

  it("tears down everything with its scope", async () => {
    const { runtime, sockets } = await facing(() => {})
    const fiber = runtime.runFork(Effect.flatMap(EsignPlatform, urls))
    await soon(() => assert.isAtLeast(sockets.size, 2))
    fiber.interruptUnsafe()
    await runtime.dispose()
    await soon(() => assert.strictEqual(sockets.size, 0))
  })

  it("keeps its connections", async () => {
    const { counted, run } = await facing(json(200, urlsAnswer()))
    for (let i = 0; i < 20; i++) await run(urls)
    assert.isAtMost(counted.connections, 3)
  })

  it("lets calls through again after an outage in which hundreds failed", async () => {
    let broken = true
    const { failure, run } = await facing((request, response) =>
      broken ? void request.socket.destroy() : json(200, urlsAnswer())(request, response)
    )
    const all = <A, E>(effects: ReadonlyArray<Effect.Effect<A, E>>) => Effect.all(effects, { concurrency: "unbounded" })
    const failed = await run((esign) => all(Array.from({ length: 300 }, () => Effect.flip(urls(esign)))))
    assert.isTrue(failed.every((error) => error._tag === "PlatformUnavailable" && error.effect === "unknown"))
    broken = false
    const issued = await run((esign) => all(Array.from({ length: 300 }, () => urls(esign))))
    assert.strictEqual(issued.length, 300)
    assert.isFunction(failure)
  })
})
