import { Effect } from "effect"
import { expect, it } from "vitest"
import { VaultUnavailable } from "../../src/application/ports/vault.ts"
import { asking } from "../support/ask-http.ts"
import { startHttp } from "../support/http-service.ts"
import { registrationRequest } from "../support/registration-request.ts"

it("the receipt that comes after the event is seen by who asks with If-None-Match", async () => {
  const busy = new VaultUnavailable({ operation: "destroy", code: "reader_in_the_way" })
  let isBusy = true
  const service = await startHttp({
    tombstones: (real) => ({ ...real, destroy: (all) => (isBusy ? Effect.fail(busy) : real.destroy(all)) })
  })
  const ask = asking(service)
  const { body } = await ask("POST", "/v1/registrations", { json: registrationRequest() })
  const path = `/v1/registrations/${body["id"]}`
  expect((await ask("DELETE", `${path}/personal-data`, { as: "eraser" })).status).toBe(503)
  const before = await ask("GET", path)
  expect(before.body).not.toHaveProperty("erasure")
  isBusy = false
  expect((await ask("DELETE", `${path}/personal-data`, { as: "eraser" })).body).toHaveProperty("erasure")
  const headers = { "if-none-match": before.headers.get("etag") ?? "" }
  const after = await ask("GET", path, { headers })
  expect([after.status, after.body["erasure"] !== undefined]).toEqual([200, true])
})

it("probes", async () => {
  const service = await startHttp()
  const ask = asking(service)
  const { body } = await ask("POST", "/v1/registrations", { json: registrationRequest() })
  const path = `/v1/registrations/${body["id"]}`
  const until = "2999-12-31T23:59:59.000Z"
  const out: Array<unknown> = []
  const put = async (json: unknown, headers = {}) => {
    try {
      const r = await ask("PUT", `${path}/hold`, { as: "eraser", json, headers })
      out.push([JSON.stringify(json)?.slice(0, 90), r.status, r.body["hold"] ?? r.body["errors"] ?? r.body["code"]])
    } catch (error) {
      out.push([JSON.stringify(json), String(error)])
    }
  }
  for (const json of [
    "null", '""', "", "[]", "7",
    { reason: null, until }, { reason: "x", until: null }, { reason: "x" },
    { reason: "x", until, __proto__: undefined, by: null },
    '{"reason":"x","until":"2999-12-31T23:59:59Z","reason":"y"}',
    '{"reason":"x","until":"2999-12-31T23:59:59Z","__proto__":{"a":1}}',
    { reason: "x", until: "2999-12-31T23:59:60Z" }, { reason: "x", until: "2999-06-15T12:00:60Z" },
    { reason: "x", until: "9999-12-31T23:59:59.999Z" }, { reason: "x", until: "9999-12-31T23:59:60Z" },
    { reason: "x", until: "9999-12-31T23:59:59-12:00" },
    { reason: "x", until: "2999-12-31" }, { reason: "x", until: 32503679999000 },
    { reason: "x", until: new Date().toISOString() },
    { reason: " ", until }, { reason: "\u200b", until }, { reason: "\u2028x", until }, { reason: "\ud800", until },
    { reason: "\u{1f600}".repeat(200), until }, { reason: "\u{1f600}".repeat(201), until },
    { reason: "３１７４０９６１１２９００００１", until }, { reason: "3174 0961 1290 0001", until },
    { reason: "3174.096.112.900001 ", until }, { reason: "3174\u200b096112900001", until },
    { reason: " siti@example.id\u00a0", until }, { reason: "mailto:siti@example.id", until }, { reason: "<siti@example.id>", until },
    { reason: "tel:+628123456789", until }, { reason: "NIK 3174096112900001", until }
  ]) await put(json)
  const raw = async (method: string, p: string, init: object) => {
    try {
      const r = await service.call(method, path + p, { as: "eraser", ...init })
      out.push([method, p, JSON.stringify(init).slice(0, 100), r.status, (await r.text()).slice(0, 120)])
    } catch (error) {
      out.push([method, p, String(error)])
    }
  }
  await raw("PUT", "/hold", { body: "x".repeat(2_000_000), headers: { "content-type": "application/json" } })
  await raw("PUT", "/hold", { body: "{}", headers: { "content-type": "text/plain" } })
  await raw("PUT", "/hold", {})
  await raw("DELETE", "/hold", { body: "{", headers: { "content-type": "application/json" } })
  await raw("DELETE", "/hold", { body: "x".repeat(200_000), headers: { "content-type": "application/json" } })
  await raw("DELETE", "/personal-data", { body: "{", headers: { "content-type": "application/json" } })
  await raw("DELETE", "/personal-data", { body: "x".repeat(3_000_000) })
  await raw("PUT", "/hold", { body: "{", headers: { "content-type": "application/json" } })
  await raw("PUT", "/hold", { body: '{"reason":"","until":"x"}', headers: { "content-type": "application/json" } })
  await raw("PUT", "/hold", { body: `{"reason":"x","until":"${until}"}`, headers: { "content-type": "application/json" } })
  await raw("HEAD", "/hold", {})
  await raw("POST", "/hold", {})
  await raw("GET", "/hold", {})
  await raw("PATCH", "/personal-data", {})
  console.log(out.map((o) => JSON.stringify(o)).join("\n"))
  console.log(service.lines.map((o) => JSON.stringify(o)).filter((l) => /reason|Case|siti|3174/.test(l)).join("\n"))
})
