import { randomUUID } from "node:crypto"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { registrationId } from "../../../src/application/history/ids.ts"
import { EventStoreUnavailable } from "../../../src/application/ports/event-store.ts"
import { eventually } from "../../support/eventually.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"

const live = "GET /health/live HTTP/1.1\r\nhost: x\r\n"
const post = (service: HttpService, ...fields: ReadonlyArray<string>) => {
  const body = JSON.stringify(registrationRequest())
  const head = [
    "POST /v1/registrations HTTP/1.1",
    "host: x",
    `authorization: Bearer ${service.keys["acme"]}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    ...fields
  ]
  return { head: `${head.join("\r\n")}\r\n\r\n`, body }
}

describe("a connection", () => {
  it("is kept, also over errors, and advertises for how long", async () => {
    const service = await startHttp()
    const { write, answer } = await rawConnection(service.port)
    for (const path of ["/health/live", "/nowhere", "/v1/registrations/x", "/health/%zz"]) {
      await write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
      const { headers } = await answer()
      expect(headers).toMatchObject({ connection: "keep-alive", "keep-alive": "timeout=75" })
      expect(headers["x-request-id"]).toMatch(/-/)
    }
  })

  it("takes an offer to upgrade, and an expectation, without harm", async () => {
    const service = await startHttp()
    const upgrade = ["connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__"]
    const { write, answer } = await rawConnection(service.port)
    const offer = post(service, ...upgrade)
    await write(offer.head, offer.body)
    expect((await answer()).status).toBe(201)
    const expecting = post(service, "expect: 100-continue")
    await write(expecting.head)
    expect((await answer()).status).toBe(100)
    await write(expecting.body)
    expect((await answer()).status).toBe(201)
  })

  it("gets a problem for what is no request, and is closed", async () => {
    const service = await startHttp()
    for (const nonsense of [
      "nonsense\r\n\r\n",
      `${live}content-length: x\r\n\r\n`,
      `${live}x: ${"y".repeat(20_000)}\r\n\r\n`,
      `${live}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`
    ]) {
      const { write, answer, state } = await rawConnection(service.port)
      await write(nonsense)
      const { status, headers, body } = await answer()
      expect(status).toBe(400)
      expect(headers["content-type"]).toMatch(/^application\/problem\+json/)
      expect(JSON.parse(body)).toMatchObject({ code: "invalid_parameter", requestId: headers["x-request-id"] })
      await eventually("the end of the connection", () => state.closed)
    }
  })

  it("survives a caller that goes away in the middle of its body", async () => {
    const service = await startHttp()
    const { write, socket } = await rawConnection(service.port)
    const { head, body } = post(service)
    await write(head, body.slice(0, 10))
    socket.destroy()
    await eventually("the line of the request", () => service.lines.some(({ event }) => event === "request"))
    expect(service.lines.find(({ event }) => event === "request")).not.toHaveProperty("status")
    expect((await service.call("GET", "/health/live")).status).toBe(200)
  })
})

describe("what goes wrong inside", () => {
  it("is answered 503 while the event store cannot be reached, and said by ready", async () => {
    const service = await startHttp({
      store: (real) => ({
        ...real,
        read: () => Effect.fail(new EventStoreUnavailable({ operation: "read", stored: "no", code: "SQLITE_BUSY" }))
      })
    })
    const response = await service.call("GET", `/v1/registrations/${randomUUID()}`)
    expect(response.headers.get("retry-after")).toMatch(/^\d+$/)
    expect(await response.json()).toMatchObject({ status: 503, code: "unavailable" })
    const ready = await service.call("GET", "/health/ready")
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      {
        status: "not_ready",
        dependencies: { eventStore: "down", keys: "up" },
        problems: [
          {
            dependency: "eventStore",
            since: expect.any(String),
            detail: expect.stringMatching(/^The event store has not worked since \S+Z \(SQLITE_BUSY\)\.$/)
          }
        ]
      }
    ])
  })

  it("is answered 500 when it is a bug, of which nothing is told", async () => {
    const bug = new TypeError("of 3174096112900001")
    const service = await startHttp({ store: (real) => ({ ...real, read: () => Effect.die(bug) }) })
    const response = await service.call("GET", `/v1/registrations/${randomUUID()}`)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ status: 500, code: "internal_error" })
    expect(service.lines).toContainEqual(expect.objectContaining({ event: "request_failed", tag: "TypeError" }))
    expect(text + JSON.stringify(service.lines)).not.toContain("3174096112900001")
  })

  it("does not break off a command whose caller has gone", async () => {
    const appending = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    const service = await startHttp({
      store: (real) => ({
        ...real,
        append: (...args) =>
          Effect.sync(appending.resolve).pipe(
            Effect.andThen(Effect.promise(() => gone.promise)),
            Effect.andThen(real.append(...args))
          )
      })
    })
    const request = registrationRequest({ partnerUserIdType: "T" })
    const caller = new AbortController()
    const asked = service.call("POST", "/v1/registrations", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      signal: caller.signal
    })
    await appending.promise
    caller.abort()
    await expect(asked).rejects.toThrow()
    await eventually("the line of the request", () => service.lines.some(({ method }) => method === "POST"))
    gone.resolve()
    const path = `/v1/registrations/${registrationId("T", request.partnerUserId, 1)}`
    await eventually("the registration", async () => (await service.call("GET", path)).status === 200)
  })
})

it("an address that is taken stops the start", async () => {
  const { port } = await startHttp()
  await expect(startHttp({ port })).rejects.toMatchObject({ _tag: "ListenFailed", code: "EADDRINUSE" })
})
