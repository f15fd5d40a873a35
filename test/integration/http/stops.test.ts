import { describe, expect, it } from "vitest"
import { registrationId } from "../../../src/application/history/ids.ts"
import { eventually } from "../../support/eventually.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"

const json = { "content-type": "application/json" }
const live = "GET /health/live HTTP/1.1\r\nhost: x\r\n"
const keyOf = (service: HttpService) => `host: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`
const post = (service: HttpService, request = registrationRequest()) => {
  const body = JSON.stringify(request)
  const head = `POST /v1/registrations HTTP/1.1\r\n${keyOf(service)}content-length: ${body.length}\r\n\r\n`
  return { head, body }
}
/** Starts a registration; its path. */
const begin = async (service: HttpService, request: object = registrationRequest()): Promise<string> => {
  const started = await service.call("POST", "/v1/registrations", { headers: json, body: JSON.stringify(request) })
  return String(started.headers.get("location"))
}
/** For a stop during which something has to arrive. */
const shutdownDelay = 3000
/** A service that stops soon, and how often it was asked for a registration. */
const startCounting = async () => {
  const counted = { reads: 0 }
  const service = await startHttp({
    shutdownDelay: 100,
    store: (real) => ({
      ...real,
      read: (...args) => {
        counted.reads++
        return real.read(...args)
      }
    })
  })
  return { service, counted }
}
const endOfListening = (service: HttpService) =>
  eventually("the end of listening", () =>
    service.call("GET", "/health/live").then(
      () => false,
      () => true
    )
  )

describe("a stop", () => {
  it("still takes requests for a while, says so, and is not ready any more", async () => {
    const service = await startHttp({ shutdownDelay })
    const kept = await rawConnection(service.port)
    await kept.write(`${live}\r\n`)
    expect((await kept.answer()).headers["connection"]).toBe("keep-alive")
    const stopped = service.stop()
    await eventually("not to be ready", async () => (await service.call("GET", "/health/ready")).status === 503)
    const { head, body } = post(service)
    await kept.write(head, body)
    const answer = await kept.answer()
    expect([answer.status, answer.headers["connection"]]).toEqual([201, "close"])
    await stopped
    await expect(service.call("GET", "/health/live")).rejects.toThrow()
  })

  it("answers who waits with what is known, and lets idle connections go", async () => {
    const { service, counted } = await startCounting()
    const idle = await rawConnection(service.port)
    await idle.write(`${live}\r\n`)
    await idle.answer()
    const path = await begin(service)
    const before = counted.reads
    const waiting = service.call("GET", `${path}?wait=50`)
    const knowing = service.call("GET", `${path}?wait=50`, { headers: { "if-none-match": '"0"' } })
    await eventually("both to be there", () => counted.reads >= before + 2)
    await service.stop()
    expect(await (await waiting).json()).toMatchObject({ state: "requested" })
    expect((await knowing).status).toBe(304)
    await eventually("the end of the idle connection", () => idle.state.closed)
  })

  it("finishes a request whose body still comes", async () => {
    const service = await startHttp({ shutdownDelay })
    const { write, answer, state } = await rawConnection(service.port)
    const { head, body } = post(service)
    await write(head, body.slice(0, 10))
    const stopped = service.stop()
    await endOfListening(service)
    await write(body.slice(10))
    expect((await answer()).status).toBe(201)
    await stopped
    await eventually("the end of the connection", () => state.closed)
  })

  it("loses no answer to a command that was carried out behind a request that waits", async () => {
    const service = await startHttp({ shutdownDelay: 100 })
    const path = await begin(service)
    const request = registrationRequest()
    const { write, answer, state } = await rawConnection(service.port)
    const { head, body } = post(service, request)
    await write(`GET ${path}?wait=50 HTTP/1.1\r\n${keyOf(service)}\r\n`, head, body)
    const second = `/v1/registrations/${registrationId("ACME_USER_ID", request.partnerUserId, 1)}`
    await eventually("the second", async () => (await service.call("GET", second)).status === 200)
    const stopped = service.stop()
    expect((await answer()).status).toBe(200)
    expect((await answer()).status).toBe(201)
    await stopped
    await eventually("the end of the connection", () => state.closed)
    expect(state.error).toBeUndefined()
  })

  it("waits for who reads slowly", async () => {
    const service = await startHttp()
    const { consents, ...request } = registrationRequest()
    const documents = { id_ID: { text: "x".repeat(20_000) } }
    const long = Array.from({ length: 10 }, () => ({ ...consents[0], documents }))
    const path = await begin(service, { ...request, consents: long })
    const { socket, write, answer } = await rawConnection(service.port)
    socket.pause()
    const count = 100
    // Together more than kernels keep of what nobody reads.
    await write(`GET ${path}/events HTTP/1.1\r\n${keyOf(service)}\r\n`.repeat(count))
    await eventually("the first answer", () => service.lines.some(({ route }) => String(route).endsWith("/events")))
    const stopped = service.stop()
    await endOfListening(service)
    socket.resume()
    for (let n = 0; n < count; n++) expect((await answer()).status).toBe(200)
    await stopped
  })
})
