import { Effect } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { registrationId } from "../../../src/application/history/ids.ts"
import { EventStore } from "../../../src/application/ports/event-store.ts"
import { issueUrls } from "../../support/driver-commands.ts"
import { eventually } from "../../support/eventually.ts"
import { startWithHeldStore } from "../../support/held-store.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { jpeg } from "../../support/images.ts"
import { parseMetrics } from "../../support/prometheus-text.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { scriptedServer } from "../../support/scripted-server.ts"

const json = { "content-type": "application/json" }
const platform = { as: "", headers: { authorization: "Bearer callback-secret" } }

const post = (service: HttpService, request = registrationRequest(), as = "acme") =>
  service.call("POST", "/v1/registrations", { as, headers: json, body: JSON.stringify(request) })
const idOf = ({ partnerUserId }: ReturnType<typeof registrationRequest>) =>
  registrationId("ACME_USER_ID", partnerUserId, 1)
const events = (service: HttpService) =>
  service.run(
    Effect.map(
      EventStore.use((store) => store.feed(0, 1000)),
      ({ events }) => events.length
    )
  )
const refusalsIn = async (service: HttpService, reason: string) => {
  const { value } = parseMetrics(await (await service.call("GET", "/metrics", { as: "" })).text())
  return value("certreg_requests_refused_total", { reason })
}
const expectRefused = async (answer: Response) => {
  expect(answer.headers.get("retry-after")).toBe("2")
  expect(answer.headers.get("connection")).toBe("keep-alive")
  expect(await answer.json()).toMatchObject({
    status: 503,
    code: "unavailable",
    requestId: answer.headers.get("x-request-id")
  })
}

describe("as many commands as there may be", () => {
  it("refuse the next at once, and leave nothing of it; all that were accepted are done, and then others", async () => {
    const { service, hold, held, release } = await startWithHeldStore({ most: 3 })
    hold()
    const accepted = [post(service), post(service), post(service)]
    await held(3)
    const one = registrationRequest()
    for (let i = 0; i < 5; i++) await expectRefused(await post(service, one))
    // Nobody can be served: that comes before who it is, and what he wants.
    await expectRefused(await service.call("POST", "/v1/registrations", { as: "", body: "{" }))
    await expectRefused(await service.call("POST", `/v1/registrations/${idOf(one)}/withdrawal`))
    await expectRefused(await service.call("POST", `/v1/registrations/${idOf(one)}/documents`))
    expect(await events(service)).toBe(0)
    release()
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([201, 201, 201])
    expect((await service.call("GET", `/v1/registrations/${idOf(one)}`)).status).toBe(404)
    expect(await events(service)).toBe(3)
    expect((await post(service, one)).status).toBe(201)
    expect(await refusalsIn(service, "commands")).toBe(8)
  })

  it("refuse nothing else: reading, waiting, probes, and what the platform says go on", async () => {
    const { service, hold, held, release } = await startWithHeldStore({ most: 1 })
    const known = registrationRequest()
    const path = `/v1/registrations/${idOf(known)}`
    expect((await post(service, known)).status).toBe(201)
    hold()
    const accepted = post(service)
    await held(1)
    const asked = [
      path,
      `${path}/events`,
      `${path}?wait=1`,
      "/v1/registrations",
      "/v1/stats",
      "/health/live",
      "/health/ready",
      "/metrics",
      "/openapi.json"
    ]
    for (const target of asked) expect((await service.call("GET", target)).status, target).toBe(200)
    expect((await service.call("POST", "/v1/esign/callback", { ...platform, body: "{}" })).status).toBe(200)
    expect((await service.call("PUT", "/v1/registrations")).status).toBe(405)
    await expectRefused(await post(service))
    release()
    expect((await accepted).status).toBe(201)
  })

  it("are told of once, and are counted", async () => {
    const { service, hold, held, release } = await startWithHeldStore({ most: 1 })
    hold()
    const accepted = post(service)
    await held(1)
    for (let i = 0; i < 20; i++) expect((await post(service)).status).toBe(503)
    release()
    expect((await accepted).status).toBe(201)
    const told = () => service.lines.filter(({ event }) => /^(overload|request)/.test(event))
    await eventually("the line of the accepted one", () => told().length > 1)
    expect(told()).toMatchObject([
      { event: "overloaded", code: "commands" },
      { event: "request", status: 201 }
    ])
    await service.stop()
    expect(told().at(-1)).toMatchObject({ event: "overload_ended", count: 20 })
  })

  it("are not those whose bodies still come, nor those who wait for a change", async () => {
    const { service } = await startWithHeldStore({ most: 2 })
    const known = registrationRequest()
    expect((await post(service, known)).status).toBe(201)
    const waiting = Array.from({ length: 5 }, () => service.call("GET", `/v1/registrations/${idOf(known)}?wait=50`))
    const body = JSON.stringify(registrationRequest())
    const head = `POST /v1/registrations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`
    const slow = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const caller = await rawConnection(service.port)
        const live = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
        await caller.write(`${live}${head}content-length: ${body.length}\r\n\r\n${body.slice(0, 9)}`)
        // What came together was read together.
        expect((await caller.answer()).status).toBe(200)
        return caller
      })
    )
    expect((await post(service)).status).toBe(201)
    for (const caller of slow) await caller.write(body.slice(9))
    const statuses = (await Promise.all(slow.map((caller) => caller.answer()))).map(({ status }) => status)
    // All of the same user.
    expect(statuses.toSorted()).toEqual([201, 409, 409, 409, 409])
    await service.stop()
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(5).fill(200))
  })

  it("let an upload that has begun come to its end, and begin no other", async () => {
    const storage = await scriptedServer(async (request, response) => {
      for await (const _ of request);
      response.end()
    })
    onTestFinished(storage.close)
    const { service, hold, held, release } = await startWithHeldStore({ most: 1 }, { storageHosts: storage.host })
    const known = registrationRequest()
    await post(service, known)
    await service.run(issueUrls(idOf(known), storage.url))
    const path = `/v1/registrations/${idOf(known)}/documents`
    const image = jpeg({ size: 200_000 })
    const begun = await rawConnection(service.port)
    const key = `host: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`
    await begun.write(
      `PUT ${path}/ktp HTTP/1.1\r\n${key}content-length: ${image.length}\r\n\r\n`,
      image.subarray(0, 99_999)
    )
    await eventually("the upload to begin", () => storage.counted.connections > 0)
    hold()
    const accepted = post(service)
    await held(1)
    await expectRefused(await service.call("PUT", `${path}/selfie`, { body: jpeg({ size: 300_000, tag: "selfie" }) }))
    await begun.write(image.subarray(99_999))
    release()
    expect((await begun.answer()).status).toBe(200)
    expect((await accepted).status).toBe(201)
  })
})

describe("a connection whose command was refused", () => {
  it("is open for the next one, whatever of the first was still to come", async () => {
    const { service, hold, held, release } = await startWithHeldStore({ most: 1 })
    hold()
    const accepted = post(service)
    await held(1)
    const caller = await rawConnection(service.port)
    const head = `POST /v1/registrations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`
    await caller.write(`${head}content-length: 200000\r\n\r\n`, Buffer.alloc(100_000))
    expect((await caller.answer()).status).toBe(503)
    await caller.write(Buffer.alloc(100_000))
    release()
    expect((await accepted).status).toBe(201)
    const body = JSON.stringify(registrationRequest())
    await caller.write(`${head}content-length: ${body.length}\r\n\r\n${body}`)
    expect((await caller.answer()).status).toBe(201)
  })
})

describe("an event loop that lags", () => {
  it("refuses commands and reading; probes and what the platform says go on", async () => {
    // Every look is too late then.
    const service = await startHttp({ limits: { lateness: Number.NEGATIVE_INFINITY, lateTicks: 2 } })
    const path = `/v1/registrations/${idOf(registrationRequest())}`
    const refused = await eventually("a refusal", async () => {
      const answer = await service.call("GET", path)
      return answer.status === 503 && answer
    })
    await expectRefused(refused)
    await expectRefused(await post(service))
    await expectRefused(await service.call("PUT", `${path}/documents/ktp`, { body: jpeg() }))
    for (const target of ["/health/live", "/health/ready", "/metrics"])
      expect((await service.call("GET", target)).status).toBe(200)
    expect((await service.call("POST", "/v1/esign/callback", { ...platform, body: "{}" })).status).toBe(200)
    expect(await refusalsIn(service, "event_loop")).toBe(3)
  })
})

describe("a flood of callbacks", () => {
  it("is cut off while it is in the way, whoever is not the platform uses up nothing of it, and commands go on", async () => {
    // One, and the next in 1,000 seconds: no machine is so slow.
    const { service, hold, held, release } = await startWithHeldStore({ callbacks: 0.001 })
    hold()
    const accepted = [post(service)]
    await held(1)
    const call = (options: object) => service.call("POST", "/v1/esign/callback", { ...options, body: "{}" })
    for (let i = 0; i < 5; i++) expect((await call({ as: "" })).status).toBe(401)
    expect((await call(platform)).status).toBe(200)
    for (let i = 0; i < 5; i++) {
      const refused = await call(platform)
      expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ code: "unavailable" })])
      expect(refused.headers.get("retry-after")).toMatch(/^(1000|99\d)$/)
    }
    expect((await call({ as: "" })).status).toBe(401)
    accepted.push(post(service))
    await held(2)
    release()
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([201, 201])
    expect((await call(platform)).status).toBe(200)
    expect(await refusalsIn(service, "callbacks")).toBe(5)
    expect(service.lines.filter(({ event }) => event === "overloaded")).toEqual([
      { event: "overloaded", code: "callbacks" }
    ])
  })
})
