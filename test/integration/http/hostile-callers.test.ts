import { randomUUID } from "node:crypto"
import { METHODS } from "node:http"
import { setImmediate } from "node:timers/promises"
import { describe, expect, it, onTestFinished } from "vitest"
import { makeApp } from "../../../src/adapters/http/fastify-app.ts"
import { eventually } from "../../support/eventually.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { type RawAnswer, rawConnection } from "../../support/raw-http.ts"
import { recordedLog } from "../../support/recorded-log.ts"
import { registrationRequest } from "../../support/registration-request.ts"

const megabyte = 1024 * 1024
const host = "host: certreg\r\n"
const live = `GET /health/live HTTP/1.1\r\n${host}`
const keyOf = (service: HttpService) => `authorization: Bearer ${service.keys["acme"]}\r\n`

/** A whole problem, under the request id of its answer. */
const problemIn = ({ status, headers, body }: RawAnswer) => {
  expect(headers["content-type"]).toMatch(/^application\/problem\+json/)
  const problem = JSON.parse(body)
  expect(problem).toMatchObject({ status, requestId: headers["x-request-id"], detail: expect.any(String) })
  return problem
}

/** What a connection is answered that begins so, and that it ends with that one answer, in order. */
const onlyAnswer = async (port: number, ...parts: ReadonlyArray<string | Uint8Array>): Promise<RawAnswer> => {
  const { write, answer, state } = await rawConnection(port)
  await write(...parts)
  const only = await answer()
  expect(only.headers["connection"]).toBe("close")
  await expect(answer()).rejects.toThrow("closed without an answer: end")
  expect(state.error).toBeUndefined()
  return only
}

describe("what is no request as HTTP knows it", () => {
  const post = (service: HttpService, fields: string, body = "{}", version = "1.1") =>
    `POST /v1/registrations HTTP/${version}\r\n${host}${keyOf(service)}${fields}\r\n${body}`
  const chunked = "transfer-encoding: chunked\r\n"
  const none = "0\r\n\r\n"

  const wrong: ReadonlyArray<readonly [string, (service: HttpService) => string | Uint8Array]> = [
    ["no version", () => "GET /health/live\r\n\r\n"],
    ["another version", () => `GET /health/live HTTP/1.2\r\n${host}\r\n`],
    ["HTTP/2 in words", () => `GET /health/live HTTP/2.0\r\n${host}\r\n`],
    ["the preface of HTTP/2", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["TLS", () => Buffer.from("16030100c8010000c40303", "hex")],
    ["no host", () => "GET /health/live HTTP/1.1\r\n\r\n"],
    ["two hosts", () => `${live}Host: certreg\r\n\r\n`],
    ["two hosts, to a path that cannot be decoded", () => `GET /%zz HTTP/1.1\r\n${host}${host}\r\n`],
    ["chunks in HTTP/1.0, to a path that is none", () => `POST /x HTTP/1.0\r\n${host}${chunked}\r\n${none}`],
    ["an unknown method", () => `FETCH /health/live HTTP/1.1\r\n${host}\r\n`],
    ["a method in small letters", () => `get /health/live HTTP/1.1\r\n${host}\r\n`],
    ["a folded header", () => `${live}a: b\r\n c\r\n\r\n`],
    ["a line that ends in LF alone", () => `${live}a: b\nc: d\r\n\r\n`],
    ["lines that end in LF alone", () => "GET /health/live HTTP/1.1\nhost: certreg\n\n"],
    ["a CR alone", () => `${live}a: b\rc: d\r\n\r\n`],
    ["a space before the colon", () => `${live}content-length : 0\r\n\r\n`],
    ["a header without a colon", () => `${live}content-length\r\n\r\n`],
    ["a header without a name", () => `${live}: 0\r\n\r\n`],
    ["NUL in a header", () => `${live}a: b\0c\r\n\r\n`],
    ["NUL in a name", () => `${live}a\0: b\r\n\r\n`],
    ["NUL in the path", () => `GET /health/live\0 HTTP/1.1\r\n${host}\r\n`],
    ["a space in the path", () => `GET /health/live x HTTP/1.1\r\n${host}\r\n`],
    [
      "bytes that are not ASCII in the query",
      () => Buffer.from(`GET /health/live?é HTTP/1.1\r\n${host}\r\n`, "latin1")
    ],
    ["a path without its slash", () => `GET health/live HTTP/1.1\r\n${host}\r\n`],
    ["both length and chunks", (service) => post(service, `content-length: 5\r\n${chunked}`, none)],
    ["both chunks and length", (service) => post(service, `${chunked}content-length: 5\r\n`, none)],
    ["two lengths", (service) => post(service, "content-length: 2\r\ncontent-length: 3\r\n")],
    ["one length twice", (service) => post(service, "content-length: 2\r\ncontent-length: 2\r\n")],
    ["a list of lengths", (service) => post(service, "content-length: 2, 2\r\n")],
    ["a length with a sign", (service) => post(service, "content-length: +2\r\n")],
    ["a negative length", (service) => post(service, "content-length: -2\r\n")],
    ["a hexadecimal length", (service) => post(service, "content-length: 0x2\r\n")],
    ["a length beyond all", (service) => post(service, `content-length: ${"9".repeat(30)}\r\n`)],
    ["an encoding that is none", (service) => post(service, "transfer-encoding: xchunked\r\n", none)],
    ["identity as an encoding", (service) => post(service, "transfer-encoding: identity\r\n")],
    ["a compressed transfer", (service) => post(service, "transfer-encoding: gzip, chunked\r\n", none)],
    ["chunks in chunks", (service) => post(service, "transfer-encoding: chunked, chunked\r\n", none)],
    ["chunks that are not last", (service) => post(service, "transfer-encoding: chunked, gzip\r\n", none)],
    ["chunked twice", (service) => post(service, chunked + chunked, none)],
    ["chunks in HTTP/1.0", (service) => post(service, chunked, none, "1.0")],
    ["a chunk without a size", (service) => post(service, chunked, "zz\r\n{}\r\n0\r\n\r\n")],
    ["a chunk larger than all", (service) => post(service, chunked, `${"f".repeat(18)}\r\n`)],
    ["a chunk that is longer than it says", (service) => post(service, chunked, `1\r\n{}\r\n${none}`)],
    ["chunks that end in LF", (service) => post(service, chunked, "2\n{}\n0\n\n")],
    ["a chunk with a novel", (service) => post(service, chunked, `2;${"a".repeat(20_000)}\r\n{}\r\n${none}`)],
    ["headers of 17 KB", () => `${live}a: ${"b".repeat(17_000)}\r\n\r\n`],
    ["a path of 17 KB", () => `GET /health/${"b".repeat(17_000)} HTTP/1.1\r\n${host}\r\n`]
  ]

  it("is answered 400, once, and the connection ends", async () => {
    const service = await startHttp()
    for (const [what, bytesOf] of wrong) {
      const before = service.lines.length
      const only = await onlyAnswer(service.port, bytesOf(service), "GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n")
      expect(problemIn(only), what).toMatchObject({ status: 400, code: "invalid_parameter" })
      await eventually("its line", () => service.lines.length > before)
      expect(service.lines.length, what).toBe(before + 1)
      expect(service.lines.at(-1), what).toMatchObject({ status: 400, requestId: only.headers["x-request-id"] })
      expect(only.headers["cache-control"]).toBe("no-store")
    }
  })

  it("is the last of its connection: what comes behind it is not done", async () => {
    const service = await startHttp()
    const body = JSON.stringify(registrationRequest())
    const behind = post(service, `content-length: ${body.length}\r\n`, body)
    expect(problemIn(await onlyAnswer(service.port, `${live}${host}\r\n${behind}`)).status).toBe(400)
    const { write, answer } = await rawConnection(service.port)
    await write(behind)
    expect((await answer()).status).toBe(201)
  })

  it("gets its answer also while it goes on and on", async () => {
    const service = await startHttp()
    for (const size of [1, 9]) {
      const only = await onlyAnswer(service.port, `${live}a: `, Buffer.alloc(size * megabyte, "b"))
      expect(problemIn(only).detail).toContain("16 KiB")
    }
    const body = Buffer.alloc(4 * megabyte)
    const broken = post(service, chunked, "2\r\n{ \r\nzz\r\n")
    expect(problemIn(await onlyAnswer(service.port, broken, body)).status).toBe(400)
    // Also by what comes behind it, which is no request any more.
    const behind = post(service, `content-length: ${body.length}\r\n`, "")
    expect(problemIn(await onlyAnswer(service.port, `${live}${host}\r\n`, behind, body)).status).toBe(400)
    const { write, socket } = await rawConnection(service.port)
    await write(`${live}a: `)
    // And is cut when there is no end of it.
    const more = Buffer.alloc(megabyte, "b")
    while (!socket.destroyed) {
      await write(more)
      await setImmediate()
    }
  })
})

describe("a request that is unusual", () => {
  const ask = async (service: HttpService, bytes: string | Uint8Array): Promise<RawAnswer> => {
    const { write, answer } = await rawConnection(service.port)
    await write(bytes)
    return answer()
  }

  const unusual: ReadonlyArray<readonly [string, string | Uint8Array]> = [
    ["HTTP/1.0", "GET /health/live HTTP/1.0\r\n\r\n"],
    ["a target with scheme and host", `GET HTTP://certreg:80/health/live HTTP/1.1\r\n${host}\r\n`],
    ["empty lines before it", `\r\n\r\n${live}\r\n`],
    ["an expectation that nobody knows", `${live}expect: 200-ok\r\n\r\n`],
    ["an offer of HTTP/2", `${live}connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: \r\n\r\n`],
    ["an offer of a web socket", `${live}connection: upgrade\r\nupgrade: websocket\r\n\r\n`],
    ["letters that are percent-encoded without need", `GET /%68ealth/l%69ve HTTP/1.1\r\n${host}\r\n`],
    ["bytes that are not ASCII in a header", Buffer.from(`${live}a: é\xff\r\n\r\n`, "latin1")],
    ["a question mark and no query", `GET /health/live? HTTP/1.1\r\n${host}\r\n`]
  ]

  it("is answered as any other", async () => {
    const service = await startHttp()
    for (const [what, bytes] of unusual) {
      const { status, headers, body } = await ask(service, bytes)
      expect([status, JSON.parse(body)], what).toEqual([200, { status: "live" }])
      expect(headers["x-request-id"]).toMatch(/-/)
    }
  })

  it("by thousands of headers loses none of them", async () => {
    const service = await startHttp()
    const path = `GET /v1/registrations/${randomUUID()} HTTP/1.1\r\n`
    const answer = await ask(service, `${path}${host}${"a:\r\n".repeat(3000)}${keyOf(service)}\r\n`)
    expect(problemIn(answer)).toMatchObject({ status: 404 })
  })

  const nowhere = [
    ...[
      "//health/live",
      "/health//live",
      "/health/../health/live",
      "/./health/live",
      "/health/live/",
      "/health%2flive"
    ],
    ...["/health/live;v=1", "/health/live%00", "/HEALTH/live", "*", "http://certreg", "/%2e%2e"],
    ...["/", "/v1", "/V1/registrations", "/v2/registrations", "/v1/registrations//", "/v1/registrations/x/nothing"]
  ]

  it("to a path that is none is 404, and to one that cannot be decoded 400", async () => {
    const service = await startHttp()
    for (const path of nowhere) {
      for (const key of ["", keyOf(service)]) {
        const answer = await ask(service, `GET ${path} HTTP/1.1\r\n${host}${key}\r\n`)
        expect(problemIn(answer), path).toMatchObject({ status: 404, code: "not_found" })
      }
    }
    for (const path of ["/health/%", "/health/%zz", "/health/%ff", "/v1/registrations/%c3%28"]) {
      const answer = await ask(service, `GET ${path} HTTP/1.1\r\n${host}\r\n`)
      expect(problemIn(answer), path).toMatchObject({ status: 400, code: "invalid_parameter" })
    }
  })

  it("of any other method is 405 with those that are taken; CONNECT ends the connection", async () => {
    const service = await startHttp()
    const { write, answer } = await rawConnection(service.port)
    for (const method of METHODS) {
      if (["GET", "HEAD", "CONNECT"].includes(method)) continue
      for (const target of ["/health/live", "http://certreg/health/live", "/health/l%69ve?x=1"]) {
        await write(`${method} ${target} HTTP/1.1\r\n${host}\r\n`)
        const { headers, ...rest } = await answer()
        expect(problemIn({ headers, ...rest })).toMatchObject({ status: 405, code: "method_not_allowed" })
        expect(headers["allow"]).toBe("GET, HEAD")
      }
    }
    for (const [line, allow] of [
      ["DELETE /v1/registrations", "POST, GET, HEAD"],
      ["POST /v1/registrations/x", "GET, HEAD"],
      ["OPTIONS /v1/registrations/x/events?x=1", "GET, HEAD"],
      ["GET /v1/registrations/x/documents", "POST"],
      ["DELETE /v1/esign/callback", "POST, PUT, PATCH, GET, HEAD"]
    ])
      for (const key of ["", keyOf(service)]) {
        const refused = await ask(service, `${line} HTTP/1.1\r\n${host}${key}\r\n`)
        expect(problemIn(refused), line).toMatchObject({ status: 405, code: "method_not_allowed" })
        expect(refused.headers["allow"]).toBe(allow)
      }
    const proxied = await onlyAnswer(service.port, `CONNECT /health/live HTTP/1.1\r\n${host}\r\n`)
    expect([problemIn(proxied).status, proxied.headers["allow"]]).toEqual([405, "GET, HEAD"])
    const elsewhere = await onlyAnswer(service.port, `CONNECT certreg:8080 HTTP/1.1\r\n${host}\r\n`)
    expect(problemIn(elsewhere)).toMatchObject({ status: 404, code: "not_found" })
  })

  it("and many in one go are answered each, in their order", async () => {
    const service = await startHttp()
    const { write, answer } = await rawConnection(service.port)
    const ids = Array.from({ length: 200 }, (_, n) => `r-${n}`)
    const body = JSON.stringify(registrationRequest())
    const more = `content-length: ${body.length}\r\n\r\n${body}`
    const one = (id: string, n: number) =>
      n % 3 === 0
        ? `POST /v1/registrations HTTP/1.1\r\n${host}${keyOf(service)}x-request-id: ${id}\r\n${more}`
        : `${live}x-request-id: ${id}\r\n\r\n`
    await write(ids.map(one).join(""))
    const answers: Array<RawAnswer> = []
    for (const _ of ids) answers.push(await answer())
    expect(answers.map(({ headers }) => headers["x-request-id"])).toEqual(ids)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  })
})

describe("who is slow", () => {
  const startImpatient = async () => {
    const { lines, write } = recordedLog()
    const app = makeApp({
      admission: { admit: () => undefined, track: () => () => {} },
      keepAliveTimeout: 75_000,
      isStopping: () => false,
      log: { debug: write, info: write, warn: write, error: write },
      requestAnswered: () => {},
      // Never answers: what a caller sees comes from the clock.
      run: () => {},
      timeouts: { headers: 50, request: 100, look: 20 }
    })
    onTestFinished(() => app.close())
    await app.listen({ host: "127.0.0.1", port: 0 })
    const address = app.server.address()
    return { lines, port: typeof address === "object" && address ? address.port : 0 }
  }

  it.for<readonly [string, string]>([
    ["with his headers", "GET /v1/registrations/x HTTP/1.1\r\nhost: x\r\n"],
    ["with his request line", "GET /v1/regis"],
    ["with his body", "POST /v1/registrations HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"],
    ["with his chunks", "POST /v1/registrations HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n"]
  ])("%s gets 408, and the connection ends", async ([, bytes]) => {
    const { port, lines } = await startImpatient()
    const only = await onlyAnswer(port, bytes)
    expect(problemIn(only)).toMatchObject({ status: 408, code: "upload_stalled" })
    await eventually("its line", () => lines.some(({ event, status }) => event === "request" && status === 408))
  })

  it("and went away is forgotten", async () => {
    const { port } = await startImpatient()
    const { write, socket } = await rawConnection(port)
    await write("GET /v1/regis")
    socket.destroy()
    expect((await onlyAnswer(port, "GET /")).status).toBe(408)
  })
})
