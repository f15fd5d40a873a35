import { readFileSync, writeFileSync } from "node:fs"
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { hashOf, newApiKey } from "../../../src/adapters/clients-file/api-key.ts"
import { readClients, withSecondKey, writeClients } from "../../../src/adapters/clients-file/clients.ts"
import { routes } from "../../../src/adapters/http/routes/routes.ts"
import { eventually } from "../../support/eventually.ts"
import { startHttp } from "../../support/http-service.ts"

/** One request, and the next in 1,000 seconds: no machine is so slow. */
const rateLimit = 0.001
const path = "/v1/registrations/953cc770-d1be-5846-a834-71fbe1c6e550"

describe("RATE_LIMIT", () => {
  it("refuses a client that asks too often, and says when it may go on", async () => {
    const service = await startHttp({ rateLimit })
    expect((await service.call("GET", path)).status).toBe(404)
    const refused = await service.call("GET", path)
    expect(refused.headers.get("retry-after")).toMatch(/^(1000|9\d\d)$/)
    expect(await refused.json()).toMatchObject({
      status: 429,
      code: "rate_limited",
      requestId: refused.headers.get("x-request-id")
    })
    expect(service.lines.at(-1)).toMatchObject({ status: 429, clientId: "acme", tag: "RateLimited" })
  })

  it("takes a burst of twice as many", async () => {
    const service = await startHttp({ rateLimit: 200 })
    const all = await Promise.all(Array.from({ length: 400 }, () => service.call("GET", path)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([404]))
  })

  it("is each client's own, whatever its key, and counts on every route", async () => {
    const service = await startHttp({ rateLimit })
    for (const as of ["acme", "mate", "beta"]) {
      expect((await service.call("GET", path, { as })).status).toBe(404)
      for (const { methods, url } of routes.filter((route) => route.url.startsWith("/v1/registrations")))
        for (const method of methods) {
          const target = url.replace(":id", path.slice(18)).replace(":document", "ktp")
          expect((await service.call(method, target, { as })).status, `${method} ${url}`).toBe(429)
        }
    }
  })

  it("is looked at right after the key, and before the scope and all else", async () => {
    const service = await startHttp({ rateLimit })
    const wrong = { as: "feeder", headers: { "content-type": "text/plain" }, body: "{" }
    expect((await service.call("POST", "/v1/registrations?x=1", wrong)).status).toBe(403)
    expect((await service.call("POST", "/v1/registrations?x=1", wrong)).status).toBe(429)
    // A key that is unknown uses up nothing of the client that it names.
    const unknown = { as: "", headers: { authorization: `Bearer ${newApiKey("mate")}` } }
    for (let i = 0; i < 5; i++) expect((await service.call("GET", path, unknown)).status).toBe(401)
    expect((await service.call("GET", path, { as: "mate" })).status).toBe(404)
  })

  it("is one for all keys of a client", async () => {
    const service = await startHttp({ rateLimit })
    const second = newApiKey("acme")
    const clients = readClients(readFileSync(service.clientsFile, "utf8")) ?? []
    writeFileSync(service.clientsFile, writeClients(Result.getOrThrow(withSecondKey(clients, "acme", hashOf(second)))))
    const withSecond = { as: "", headers: { authorization: `Bearer ${second}` } }
    const first = await eventually("the second key", async () => {
      const { status } = await service.call("GET", path, withSecond)
      return status !== 401 && status
    })
    expect(first).toBe(404)
    expect((await service.call("GET", path)).status).toBe(429)
    expect((await service.call("GET", path, withSecond)).status).toBe(429)
  })

  it("is none for what needs no key", async () => {
    const service = await startHttp({ rateLimit })
    for (let i = 0; i < 5; i++) {
      expect((await service.call("GET", "/health/live", { as: "" })).status).toBe(200)
      expect((await service.call("GET", "/v1/esign/callback", { as: "" })).status).toBe(200)
      const headers = { authorization: "Bearer callback-secret" }
      expect((await service.call("POST", "/v1/esign/callback", { as: "", headers, body: "{}" })).status).toBe(200)
    }
  })

  it("is none without a setting", async () => {
    const service = await startHttp()
    const all = await Promise.all(Array.from({ length: 300 }, () => service.call("GET", path)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([404]))
  })
})
