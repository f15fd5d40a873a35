import { randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { command, issueUrls } from "../../support/driver-commands.ts"
import { eventually } from "../../support/eventually.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { registrationRequest } from "../../support/registration-request.ts"

type Json = Record<string, unknown>
const json = (response: Response) => response.json() as Promise<Json>

const begin = async (service: HttpService): Promise<string> => {
  const response = await service.call("POST", "/v1/registrations", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(registrationRequest())
  })
  return String((await json(response))["id"])
}

describe("GET /v1/registrations/:id", () => {
  it("answers 304 to who knows the revision", async () => {
    const service = await startHttp()
    const path = `/v1/registrations/${await begin(service)}`
    const known = await service.call("GET", path, { headers: { "if-none-match": 'W/"7", W/"0"' } })
    expect([known.status, await known.text(), known.headers.get("etag")]).toEqual([304, "", '"0"'])
    expect((await service.call("GET", path, { headers: { "if-none-match": '"7"' } })).status).toBe(200)
  })

  it("is held until there is something for the caller", async () => {
    const service = await startHttp()
    const id = await begin(service)
    const held = service.call("GET", `/v1/registrations/${id}?wait=50`)
    await service.run(issueUrls(id, "http://127.0.0.1:9"))
    expect(await json(await held)).toMatchObject({ state: "awaiting_images", revision: 2 })
    // And is answered at once when there is already.
    expect((await service.call("GET", `/v1/registrations/${id}?wait=50`)).status).toBe(200)
  })

  it("with a known revision is held until another; an end is told at once", async () => {
    const service = await startHttp()
    const id = await begin(service)
    await service.run(issueUrls(id, "http://127.0.0.1:9"))
    const path = `/v1/registrations/${id}`
    const held = service.call("GET", `${path}?wait=50`, { headers: { "if-none-match": '"2"' } })
    await service.run(command(id, { _tag: "Withdraw", reason: "other" }))
    expect(await json(await held)).toMatchObject({ state: "withdrawn", revision: 3 })
    const ended = await service.call("GET", `${path}?wait=50`, { headers: { "if-none-match": '"3"' } })
    expect(ended.status).toBe(304)
  })

  it("answers as it is when the time runs out", async () => {
    const service = await startHttp()
    const path = `/v1/registrations/${await begin(service)}`
    expect(await json(await service.call("GET", `${path}?wait=1`))).toMatchObject({ state: "requested" })
    const known = await service.call("GET", `${path}?wait=1`, { headers: { "if-none-match": '"0"' } })
    expect(known.status).toBe(304)
  })

  it("stops to wait when the caller goes away", async () => {
    const service = await startHttp()
    const id = await begin(service)
    const caller = new AbortController()
    const held = service.call("GET", `/v1/registrations/${id}?wait=50`, { signal: caller.signal })
    await service.call("GET", "/health/live")
    caller.abort()
    await expect(held).rejects.toThrow()
    const gone = () => service.lines.find((line) => line.route === "/v1/registrations/:id")
    await eventually("the line of the request", () => gone() !== undefined)
    expect(gone()).not.toHaveProperty("status")
  })

  it("takes the id in any case, and shows another tenant's as if there were none", async () => {
    const service = await startHttp()
    const id = await begin(service)
    expect(await json(await service.call("GET", `/v1/registrations/${id.toUpperCase()}`))).toMatchObject({ id })
    for (const as of ["mate", "reader", "auditor"])
      expect((await service.call("GET", `/v1/registrations/${id}`, { as })).status).toBe(200)
    const answers = []
    for (const [none, as] of [
      [id, "beta"],
      [randomUUID(), "beta"],
      ["not-a-uuid", "acme"],
      ["%00", "acme"],
      ["..%2f..%2fetc", "acme"],
      ["x".repeat(5000), "acme"]
    ]) {
      const response = await service.call("GET", `/v1/registrations/${none}`, { as: String(as) })
      const { requestId, ...told } = await json(response)
      answers.push(JSON.stringify(told))
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain("not_found")
  })
})

describe("GET /v1/registrations/:id/events", () => {
  it("shows the events as they are stored, and the registration that they make", async () => {
    const service = await startHttp()
    const id = await begin(service)
    await service.run(issueUrls(id, "http://127.0.0.1:9"))
    const body = await json(await service.call("GET", `/v1/registrations/${id}/events`, { as: "auditor" }))
    expect(body["registration"]).toEqual(await json(await service.call("GET", `/v1/registrations/${id}`)))
    const events = body["events"] as ReadonlyArray<Json>
    expect(events.map(({ type, revision }) => [type, revision])).toEqual([
      ["Requested", 0],
      ["CallStarted", 1],
      ["UrlsIssued", 2]
    ])
    const members = ["actor", "correlationId", "data", "hash", "id", "previousHash", "recordedAt", "revision", "stream"]
    expect(Object.keys(events[0] ?? {}).sort()).toEqual([...members, "type", "version"])
    expect(Object.keys(events[1] ?? {}).sort()).toEqual([...members, "causationId", "type", "version"].sort())
    expect(events[0]).toMatchObject({ stream: `registration-${id}`, actor: { kind: "client", id: "acme" } })
  })

  it("correlates by the id of the request where that is a UUID", async () => {
    const service = await startHttp()
    const given = randomUUID().toUpperCase()
    const response = await service.call("POST", "/v1/registrations", {
      headers: { "content-type": "application/json", "x-request-id": given },
      body: JSON.stringify(registrationRequest())
    })
    expect(response.headers.get("x-request-id")).toBe(given)
    const { id } = await json(response)
    const { events } = await json(await service.call("GET", `/v1/registrations/${id}/events`))
    expect(events).toMatchObject([{ correlationId: given.toLowerCase() }])
  })
})

describe("the log", () => {
  it("has one line for a request: the route as declared, never what came", async () => {
    const service = await startHttp()
    const id = await begin(service)
    await service.call("GET", `/v1/registrations/${id}?secret=1`, { headers: { "x-request-id": "req-1" } })
    await service.call("GET", "/secret/%zz")
    await service.call("GET", `/v1/registrations/${id}/events`)
    const told = () => service.lines.filter(({ event }) => event === "request")
    await eventually("a line for each request", () => told().length === 4)
    const lines = told()
    expect(lines[0]).toMatchObject({ method: "POST", route: "/v1/registrations", status: 201, clientId: "acme" })
    // What is logged of a registration is found by it, and by what started it.
    const known = { registrationId: id, correlationId: lines[0]?.["requestId"] }
    expect([lines[0], lines[3]]).toMatchObject([known, known])
    const second = service.lines.find(({ requestId }) => requestId === "req-1")
    expect(second).toMatchObject({ route: "/v1/registrations/:id", status: 400, tag: "InvalidParameter" })
    expect(JSON.stringify(service.lines)).not.toContain("secret")
  })
})

describe("health", () => {
  it("tells that it lives, and of each dependency by name", async () => {
    const service = await startHttp()
    expect((await service.call("GET", "/health/live", { as: "" })).status).toBe(200)
    const ready = await service.call("GET", "/health/ready", { as: "" })
    expect(await json(ready)).toMatchObject({
      status: "ready",
      dependencies: { eventStore: "up", keys: "up", platform: "up", storage: "up", kafka: "off" },
      problems: []
    })
    for (const path of ["/health/live", "/health/ready"]) {
      const head = await service.call("HEAD", path, { as: "" })
      expect([head.status, await head.text()]).toEqual([200, ""])
      expect(head.headers.get("x-request-id")).toMatch(/-/)
    }
  })
})
