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

it("who waits for a change sees the receipt of an erasure, now or with his next question", async () => {
  const service = await startHttp()
  const ask = asking(service)
  const begun = await ask("POST", "/v1/registrations", { json: registrationRequest() })
  const path = `/v1/registrations/${begun.body["id"]}`
  const known = (answer: { readonly headers: Headers }) => ({
    headers: { "if-none-match": answer.headers.get("etag") ?? "" }
  })
  const waiting = ask("GET", `${path}?wait=50`, known(begun))
  // He waits by now.
  await ask("GET", path)
  expect((await ask("DELETE", `${path}/personal-data`, { as: "eraser" })).body).toHaveProperty("erasure")
  const woken = await waiting
  expect(woken.body).toMatchObject({ personalData: "erased" })
  const next = await ask("GET", path, known(woken))
  expect([woken.body, next.body].some((body) => body["erasure"] !== undefined)).toBe(true)
})
