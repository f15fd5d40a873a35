import { randomUUID } from "node:crypto"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { VaultUnavailable } from "../../../src/application/ports/vault.ts"
import { type Ask, asking, type Json } from "../../support/ask-http.ts"
import { command, issueUrls } from "../../support/driver-commands.ts"
import { startHttp } from "../../support/http-service.ts"
import { jpeg } from "../../support/images.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { type Erasure, isSigned } from "../../support/signed-receipt.ts"

const begin = async (ask: Ask, as = "acme", headers = {}): Promise<string> => {
  const { status, body } = await ask("POST", "/v1/registrations", { as, json: registrationRequest(), headers })
  expect(status).toBe(201)
  return `/v1/registrations/${body["id"]}`
}
const erasing =
  (ask: Ask) =>
  (path: string, as = "eraser") =>
    ask("DELETE", `${path}/personal-data`, { as })
const codeOf = ({ status, body }: { readonly status: number; readonly body: Json }) => [status, body["code"]]

describe("DELETE /v1/registrations/:id/personal-data", () => {
  it("withdraws what is open, and answers with the receipt, each time the same one", async () => {
    const service = await startHttp()
    const ask = asking(service)
    const path = await begin(ask)
    const erased = await ask("DELETE", `${path}/personal-data`, {
      as: "eraser",
      headers: { "content-type": "text/plain" }
    })
    expect(erased).toMatchObject({
      status: 200,
      body: { state: "withdrawn", revision: 2, personalData: "erased", documents: { ktp: { uploaded: false } } }
    })
    expect(erased.headers.get("etag")).toBe('"2"')
    const { events } = (await ask("GET", `${path}/events`)).body as { events: ReadonlyArray<Json> }
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ["Requested", { kind: "client", id: "acme" }],
      ["Withdrawn", { kind: "client", id: "eraser" }],
      ["PersonalDataErased", { kind: "client", id: "eraser" }]
    ])
    const receipt = erased.body["erasure"] as Erasure
    expect(receipt).toEqual({
      registrationId: erased.body["id"],
      erasedAt: events[2]?.["recordedAt"],
      erasedBy: "eraser",
      keyFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      eventHash: events[2]?.["hash"],
      signature: expect.stringMatching(/^[\w-]{86}$/),
      publicKey: expect.any(String)
    })
    expect(isSigned(receipt)).toBe(true)
    expect(isSigned({ ...receipt, erasedBy: "somebody" })).toBe(false)

    const again = await erasing(ask)(path, "keeper")
    expect([again.status, again.body]).toEqual([200, erased.body])
    expect((await ask("GET", path)).body).toEqual(erased.body)
    expect((await ask("GET", `${path}/events`)).body["registration"]).toEqual(erased.body)
    // As it was before, it had none.
    const { registration } = (await ask("GET", `${path}/events?asOf=1`)).body as { registration: Json }
    expect(registration).toMatchObject({ state: "withdrawn", personalData: "sealed" })
    expect(registration).not.toHaveProperty("erasure")
  })

  it("leaves an end as it is; afterwards what needs the data is 410", async () => {
    const service = await startHttp()
    const ask = asking(service)
    const request = registrationRequest()
    const headers = { "idempotency-key": "k" }
    const { body } = await ask("POST", "/v1/registrations", { json: request, headers })
    const id = String(body["id"])
    const path = `/v1/registrations/${id}`
    await service.run(issueUrls(id, "http://127.0.0.1:9"))
    await service.run(command(id, { _tag: "Withdraw", reason: "other" }))
    const erased = await erasing(ask)(path)
    expect(erased).toMatchObject({ status: 200, body: { state: "withdrawn", revision: 4, personalData: "erased" } })

    const direct = { sha256: "a".repeat(64), size: 4000, mediaType: "image/jpeg" }
    const refused = [
      await service.call("PUT", `${path}/documents/ktp`, { body: jpeg() }).then(async (response) => ({
        status: response.status,
        body: (await response.json()) as Json
      })),
      await ask("GET", `${path}/upload-urls`),
      await ask("POST", `${path}/documents`, {
        json: { ktp: direct, selfie: { ...direct, sha256: "b".repeat(64) } }
      }),
      await ask("PUT", `${path}/hold`, { as: "eraser", json: { reason: "Case 12", until: "2999-01-01T00:00:00Z" } })
    ]
    for (const answer of refused) expect(codeOf(answer)).toEqual([410, "personal_data_erased"])

    // Bodies are no longer compared: what they were compared by went with the key.
    const replay = await ask("POST", "/v1/registrations", { json: { ...request, locale: "en_ID" }, headers })
    expect([replay.status, replay.headers.get("idempotent-replayed")]).toEqual([201, "true"])
    const withdrawn = await ask("POST", `${path}/withdrawal`, { json: { reason: "other" } })
    const freed = await ask("DELETE", `${path}/hold`, { as: "eraser" })
    for (const answer of [replay, withdrawn, freed]) expect(answer.body).toEqual(erased.body)
  })

  it("is for who may erase: in the own tenant, and with audit:read in any", async () => {
    const ask = asking(await startHttp())
    const erase = erasing(ask)
    const [own, others] = [await begin(ask), await begin(ask, "beta")]
    for (const as of ["acme", "reader", "auditor", "chief"])
      expect(await erase(own, as)).toMatchObject({ status: 403, body: { scope: "personal-data:erase" } })
    expect(codeOf(await erase(own, ""))).toEqual([401, "unauthenticated"])
    for (const path of [others, `/v1/registrations/${randomUUID()}`, "/v1/registrations/none"])
      expect(codeOf(await erase(path))).toEqual([404, "not_found"])
    expect((await ask("GET", own)).body).toMatchObject({ state: "requested", personalData: "sealed" })
    expect(codeOf(await ask("DELETE", `${own}/personal-data?now=1`, { as: "eraser" }))).toEqual([
      400,
      "invalid_parameter"
    ])
    // To erase is not to read.
    expect(await ask("GET", own, { as: "eraser" })).toMatchObject({
      status: 403,
      body: { scope: "registrations:read" }
    })
    expect(await erase(others, "keeper")).toMatchObject({ status: 200, body: { erasure: { erasedBy: "keeper" } } })
    expect(codeOf(await ask("GET", `${own}/personal-data`))).toEqual([405, "method_not_allowed"])
  })

  it("is 503 while somebody reads the vault all the time, and goes on with the same", async () => {
    const busy = new VaultUnavailable({ operation: "destroy", code: "reader_in_the_way" })
    let isBusy = true
    const service = await startHttp({
      tombstones: (real) => ({ ...real, destroy: (all) => (isBusy ? Effect.fail(busy) : real.destroy(all)) })
    })
    const ask = asking(service)
    const path = await begin(ask)
    const refused = await erasing(ask)(path)
    expect(codeOf(refused)).toEqual([503, "unavailable"])
    expect(refused.headers.has("retry-after")).toBe(true)
    // It is erased, and its key is not destroyed yet.
    const shown = await ask("GET", path)
    expect(shown.body).toMatchObject({ personalData: "erased" })
    expect(shown.body).not.toHaveProperty("erasure")
    const known = { headers: { "if-none-match": shown.headers.get("etag") ?? "" } }
    isBusy = false
    const erased = await erasing(ask)(path)
    expect(erased).toMatchObject({ status: 200, body: { revision: 2, erasure: { erasedBy: "eraser" } } })
    // The receipt makes no new revision.
    expect((await ask("GET", path, known)).body).toEqual(erased.body)
  })

  it("who waits for a change sees the receipt of an erasure, now or with his next question", async () => {
    const service = await startHttp()
    const ask = asking(service)
    const path = await begin(ask)
    const begun = await ask("GET", path)
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
})

describe("GET /v1/registrations/:id", () => {
  it("answers while the vault cannot be read, and tells of a key that is not there", async () => {
    let key: "read" | "unreadable" | "missing" = "read"
    const service = await startHttp({
      tombstones: (real) => ({
        ...real,
        stateOf: (id) =>
          key === "read"
            ? real.stateOf(id)
            : key === "missing"
              ? Effect.succeed({ _tag: "Missing" })
              : Effect.fail(new VaultUnavailable({ operation: "stateOf", code: "SQLITE_IOERR" }))
      })
    })
    const ask = asking(service)
    const path = await begin(ask)
    const { body: before, headers } = await ask("GET", path)
    const known = { headers: { "if-none-match": headers.get("etag") ?? "" } }
    key = "unreadable"
    expect((await ask("GET", path)).body).toEqual(before)
    key = "missing"
    const attention = { reason: "key_missing" }
    expect((await ask("GET", path, known)).body).toEqual({ ...before, attention })
    expect((await ask("GET", `${path}/events`)).body["registration"]).toEqual({ ...before, attention })
    await service.run(command(path.slice(-36), { _tag: "Withdraw", reason: "other" }))
    expect((await ask("GET", `${path}/events?asOf=0`)).body["registration"]).toEqual(before)
  })
})
