import { randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { type Ask, asking, type Json } from "../../support/ask-http.ts"
import { startHttp } from "../../support/http-service.ts"
import { registrationRequest } from "../../support/registration-request.ts"

const begin = async (ask: Ask, as = "acme"): Promise<string> =>
  `/v1/registrations/${(await ask("POST", "/v1/registrations", { as, json: registrationRequest() })).body["id"]}`

const until = "2999-12-31T23:59:59.000Z"
const hold = { reason: "Case 12 K/Pdt/2026", until }
const as = "eraser"

describe("PUT and DELETE /v1/registrations/:id/hold", () => {
  it("keeps the personal data until it ends; an erasure meanwhile is recorded, once", async () => {
    const ask = asking(await startHttp())
    const path = await begin(ask)
    const put = (json: Json) => ask("PUT", `${path}/hold`, { as, json })
    const erase = () => ask("DELETE", `${path}/personal-data`, { as: "keeper" })

    const placed = await put({ ...hold, until: "3000-01-01 06:59:59+0700" })
    expect(placed).toMatchObject({ status: 200, body: { state: "requested", revision: 1, hold } })
    expect(placed.headers.get("etag")).toBe('"1"')
    expect((await put(hold)).body).toEqual(placed.body)
    expect((await ask("GET", path)).body).toEqual(placed.body)

    const refused = await erase()
    expect(refused).toMatchObject({ status: 409, body: { code: "on_hold", until } })
    expect((await ask("GET", path)).body).toMatchObject({
      state: "requested",
      revision: 2,
      personalData: "sealed",
      hold: { ...hold, erasureRequested: true }
    })
    const { requestId, ...told } = (await erase()).body
    expect(refused.body).toMatchObject(told)
    const longer = { reason: "Case 13", until: "3000-01-01T00:00:00.000Z" }
    expect((await put(longer)).body).toMatchObject({ revision: 3, hold: { ...longer, erasureRequested: true } })

    const freed = await ask("DELETE", `${path}/hold`, { as })
    expect(freed).toMatchObject({ status: 200, body: { personalData: "sealed", revision: 4 } })
    expect(freed.body).not.toHaveProperty("hold")
    expect((await ask("DELETE", `${path}/hold`, { as })).body).toEqual(freed.body)
    expect(await erase()).toMatchObject({ status: 200, body: { state: "withdrawn", erasure: { erasedBy: "keeper" } } })

    const { events } = (await ask("GET", `${path}/events`)).body as { events: ReadonlyArray<Json> }
    expect(events.map(({ type, actor }) => [type, (actor as Json)["id"]])).toEqual([
      ["Requested", "acme"],
      ["HoldPlaced", "eraser"],
      ["ErasureRequested", "keeper"],
      ["HoldPlaced", "eraser"],
      ["HoldEnded", "eraser"],
      ["Withdrawn", "keeper"],
      ["PersonalDataErased", "keeper"]
    ])
    expect(events[1]?.["data"]).toEqual(hold)
  })

  it("looks at key, scope, existence and body, in this order", async () => {
    const ask = asking(await startHttp())
    const [own, others] = [await begin(ask), await begin(ask, "beta")]
    const bad = { json: "{", headers: { "content-type": "application/json" } }
    for (const [path, who, status] of [
      [own, "", 401],
      [own, "acme", 403],
      [own, "auditor", 403],
      [others, as, 404],
      [`/v1/registrations/${randomUUID()}`, as, 404],
      [own, as, 400],
      [others, "keeper", 400]
    ] as const)
      expect([path, who, (await ask("PUT", `${path}/hold`, { as: who, ...bad })).status]).toEqual([path, who, status])
    for (const [who, status] of [
      ["", 401],
      ["acme", 403],
      ["auditor", 403],
      ["eraser", 404],
      ["keeper", 200]
    ] as const)
      expect((await ask("DELETE", `${others}/hold`, { as: who })).status).toBe(status)
    expect((await ask("GET", own)).body).toMatchObject({ revision: 0 })
  })

  it("names every wrong field of a body, and none of its values", async () => {
    const ask = asking(await startHttp())
    const path = await begin(ask)
    const wrong: ReadonlyArray<readonly [body: unknown, ...paths: ReadonlyArray<string>]> = [
      [{}, "reason", "until"],
      [{ ...hold, more: "secret" }, "more"],
      [{ ...hold, reason: "" }, "reason"],
      [{ ...hold, reason: "s".repeat(201) }, "reason"],
      [{ ...hold, reason: "secret\n" }, "reason"],
      [{ ...hold, reason: "siti.secret@example.id" }, "reason"],
      [{ ...hold, reason: "3174096112900001" }, "reason"],
      [{ ...hold, reason: "+62 812-3456-7890" }, "reason"],
      [{ ...hold, until: "2020-01-01T00:00:00Z" }, "until"],
      [{ ...hold, until: "2999-02-30T00:00:00Z" }, "until"],
      [{ reason: 7, until: 7 }, "reason", "until"],
      [[hold], ""]
    ]
    for (const [json, ...paths] of wrong) {
      const { status, body } = await ask("PUT", `${path}/hold`, { as, json })
      const errors = body["errors"] as ReadonlyArray<{ path: string; message: string }>
      expect([json, status, errors.map((error) => error.path).sort()]).toEqual([json, 422, paths])
      expect(JSON.stringify(body)).not.toMatch(/secret|3174096112900001|3456|2020|02-30/)
    }
    expect((await ask("PUT", `${path}/hold`, { as, json: { ...hold, reason: "s".repeat(200) } })).status).toBe(200)
  })
})
