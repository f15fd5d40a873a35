import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { toResource } from "../../../src/adapters/http/answer/resource.ts"
import { writeListCursor } from "../../../src/adapters/http/request/list-cursor.ts"
import { Health } from "../../../src/application/health.ts"
import { chain } from "../../../src/application/history/chain.ts"
import { load } from "../../../src/application/history/load.ts"
import { EventStore } from "../../../src/application/ports/event-store.ts"
import { type Row, ViewsUnavailable } from "../../../src/application/ports/views.ts"
import { type Registration, stateNames } from "../../../src/domain/registration/registration.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { checkAnswer } from "../../support/openapi.ts"
import { type HistoryName, histories, historyNames } from "../../support/registration-events.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { rowAfter, saveRows } from "../../support/saved-rows.ts"

interface Item {
  readonly id: string
  readonly state: string
}
interface Page {
  readonly items: ReadonlyArray<Item>
  readonly nextCursor?: string
}
const day = 86_400_000
const began = Date.parse("2026-11-20T00:00:00.000Z")
const idOf = (n: number) => `00000000-0000-5000-8000-${String(n).padStart(12, "0")}`

const get = async (service: HttpService, path: string, as = "reader") => {
  const response = await service.call("GET", path, { as })
  const text = await response.text()
  const { status, headers } = response
  const body = JSON.parse(text)
  checkAnswer("GET", path, { status, headers, text, body })
  return { status, headers, text, body }
}
const list = async (service: HttpService, query = "", as = "reader"): Promise<Page> => {
  const { status, text, body } = await get(service, `/v1/registrations${query}`, as)
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return body
}
const ids = async (...args: Parameters<typeof list>) =>
  (await list(...args)).items.map(({ id }) => Number(id.slice(-12)))

/** What a later version wrote, and how the projection tells of it. */
const appendOfTomorrow = Effect.fnUntraced(function* (id: string) {
  const { read, append } = yield* EventStore
  const stream = `registration-${id}`
  const { tip, events } = yield* read(stream)
  const { state } = yield* load(id)
  const origin = { actor: { kind: "process", id: "a later version" }, correlationId: "c" } as const
  yield* append(stream, tip, chain(stream, tip, [{ type: "Renewed", version: 1, data: {} }], origin, Date.now() + 5000))
  yield* saveRows([{ id, state: state as Registration, revision: 0, reconciledIn: 0 }])
  const { park } = yield* Health
  park({ _tag: "UnreadableEvent", stream, revision: events.length })
})

/** One of each history, a day apart; the first half of north, the others of beta. */
const names = historyNames.filter((name) => name !== "initial")
const rows: ReadonlyArray<Row> = names.map((name: HistoryName, n) =>
  rowAfter(idOf(n), began + n * day, histories[name], {
    tenant: n < names.length / 2 ? "north" : "beta",
    partnerUserId: `user-${n % 5}`,
    partnerUserIdType: n % 2 === 0 ? "ACME_USER_ID" : "OTHER"
  })
)
const numbers = (fits: (row: Row, n: number) => boolean) =>
  rows.flatMap((row, n) => (fits(row, n) ? [n] : [])).reverse()
const ofNorth = numbers(({ state }) => state.request.tenant === "north")

const withRows = async () => {
  const service = await startHttp()
  await service.run(saveRows(rows))
  return service
}

describe("GET /v1/registrations", () => {
  it("lists the tenant's registrations, newest first; an auditor sees all", async () => {
    const service = await withRows()
    for (const as of ["reader", "acme", "mate"]) expect(await ids(service, "", as)).toEqual(ofNorth)
    expect(await ids(service, "", "beta")).toEqual(numbers((_, n) => !ofNorth.includes(n)))
    for (const as of ["auditor", "chief"]) expect(await ids(service, "?limit=200", as)).toEqual(numbers(() => true))
  })

  it("shows each as it is shown alone, and nothing else of what is kept", async () => {
    const service = await withRows()
    const { items } = await list(service, "?limit=200", "auditor")
    expect(items).toEqual([...rows].reverse().map((row) => JSON.parse(JSON.stringify(toResource(row, 30 * day)))))
    const text = JSON.stringify(items)
    const hidden = [
      "tenant",
      "keyId",
      "nonce",
      "box",
      "fingerprint",
      "idempotencyKey",
      "dueAt",
      "reconciledIn",
      "claim"
    ]
    for (const word of [...hidden, "null", '"at"', "_tag"]) expect(text).not.toContain(word)
  })

  it("filters by everything that is given", async () => {
    const service = await withRows()
    const all = (query: string) => ids(service, `?limit=200&${query}`, "auditor")
    expect(await all("partnerUserId=user-3")).toEqual(numbers((_, n) => n % 5 === 3))
    expect(await all("partnerUserId=user-9")).toEqual([])
    expect(await all("partnerUserIdType=OTHER")).toEqual(numbers((_, n) => n % 2 === 1))
    for (const state of Object.values(stateNames))
      expect(await all(`state=${state}`), state).toEqual(numbers((row) => stateNames[row.state._tag] === state))
    expect(await all("partnerUserId=user-3&partnerUserIdType=OTHER&state=awaiting_verdict")).toEqual(
      numbers(({ state }, n) => n % 5 === 3 && n % 2 === 1 && state._tag === "AwaitingVerdict")
    )
    expect(await ids(service, "?partnerUserId=user-3")).toEqual(ofNorth.filter((n) => n % 5 === 3))
  })

  it("takes the time of the request, from inclusive and to exclusive", async () => {
    const service = await withRows()
    const between = (from: string, to: string) =>
      ids(service, `?limit=200&requestedFrom=${from}&requestedTo=${to}`, "auditor")
    expect(await between("2026-11-22T00:00Z", "2026-11-24T00:00Z")).toEqual([3, 2])
    expect(await between("2026-11-22T00:00:00.001Z", "2026-11-24T00:00:00.001Z")).toEqual([4, 3])
    // A plus that nobody encoded, and one that somebody did.
    expect(await between("2026-11-22T07:00:00+07:00", "2026-11-23%2007:00%2B0700")).toEqual([2])
    expect(await between("2026-11-24T00:00Z", "2026-11-22T00:00Z")).toEqual([])
    expect(await between("2026-11-22T00:00Z", "2026-11-22T00:00Z")).toEqual([])
  })

  it("gives pages of up to 200, 50 unless asked otherwise", async () => {
    const service = await startHttp()
    // Many were requested at the same moment.
    const many = Array.from({ length: 230 }, (_, n) =>
      rowAfter(idOf(n), began + (n >> 4), undefined, { tenant: "north" })
    )
    await service.run(saveRows(many))
    const expected = Array.from({ length: 230 }, (_, n) => 229 - n)
    expect(await ids(service)).toEqual(expected.slice(0, 50))
    expect(await ids(service, "?limit=200")).toEqual(expected.slice(0, 200))
    for (const limit of [1, 7, 115, 200]) {
      const seen: Array<string> = []
      let next: string | undefined
      do {
        const page: Page = await list(service, `?limit=${limit}${next === undefined ? "" : `&cursor=${next}`}`)
        expect(page.items).toHaveLength(Math.min(limit, 230 - seen.length))
        seen.push(...page.items.map(({ id }) => id))
        next = page.nextCursor
      } while (next !== undefined)
      expect(seen).toEqual(expected.map(idOf))
    }
  })

  it("goes on from any place of ours, also one where nothing is any more", async () => {
    const service = await withRows()
    const cursor = writeListCursor({ requestedAt: began + 2 * day, id: "ffffffff-ffff-5fff-bfff-ffffffffffff" })
    expect(await ids(service, `?cursor=${cursor}`)).toEqual([2, 1, 0])
    expect(await ids(service, `?cursor=${cursor}&state=awaiting_images`)).toEqual([2])
    expect(await list(service, `?cursor=${writeListCursor({ requestedAt: 0, id: idOf(0) })}`)).toEqual({ items: [] })
  })

  it("refuses a wrong parameter with its rule, and does not repeat the value", async () => {
    const service = await startHttp()
    for (const [query, rule] of [
      ["limit=0", "limit is "],
      ["limit=201", "limit is "],
      ["limit=", "limit is "],
      ["limit=5&limit=5", "The query parameter limit is given once."],
      ["state=open", "state is one of requested, awaiting_images,"],
      ["partnerUserId=3174096112900001", "partnerUserId is "],
      ["partnerUserIdType=a%20b", "partnerUserIdType is "],
      ["requestedFrom=2026-11-23", "requestedFrom is "],
      ["requestedTo=yesterday", "requestedTo is "],
      ["cursor=Zmlyc3Q", "cursor is "],
      ["attention=true", "There is no such query parameter."],
      ["wait=1", "There is no such query parameter."],
      ["tenant=beta", "There is no such query parameter."]
    ]) {
      const { status, body, text } = await get(service, `/v1/registrations?${query}`)
      expect([status, body.code, body.detail.slice(0, rule?.length)], query).toEqual([400, "invalid_parameter", rule])
      for (const value of ["3174096112900001", "yesterday", "Zmlyc3Q"]) expect(text).not.toContain(value)
    }
    expect(JSON.stringify(service.lines)).not.toContain("3174096112900001")
  })

  it("shows what nobody can read with the state before, as it is shown alone", async () => {
    const service = await startHttp()
    const headers = { "content-type": "application/json" }
    const body = JSON.stringify(registrationRequest())
    const { id } = (await (await service.call("POST", "/v1/registrations", { headers, body })).json()) as Item
    await service.run(appendOfTomorrow(id))
    const alone = (await get(service, `/v1/registrations/${id}`)).body
    expect(alone).toMatchObject({ state: "requested", attention: { reason: "unreadable_event" } })
    expect((await list(service)).items).toEqual([alone])
  })
})

describe("rows that cannot be read", () => {
  it("are 503 with Retry-After, and commands go on", async () => {
    const outage = new ViewsUnavailable({ operation: "list", code: "SQLITE_BUSY" })
    const service = await startHttp({
      list: () => ({ list: () => Effect.fail(outage), stats: () => Effect.fail(outage) })
    })
    for (const path of ["/v1/registrations", "/v1/stats"]) {
      const { status, headers, body } = await get(service, path)
      expect([status, body.code, headers.get("retry-after")], path).toEqual([503, "unavailable", "2"])
    }
    const headers = { "content-type": "application/json" }
    const body = JSON.stringify(registrationRequest())
    expect((await service.call("POST", "/v1/registrations", { headers, body })).status).toBe(201)
  })
})

describe("GET /v1/stats", () => {
  it("lists every state of the tenant, and leaves out what is not known", async () => {
    const service = await withRows()
    const of = (tenant: string | undefined) =>
      Object.fromEntries(
        Object.entries(stateNames).map(([tag, name]) => [
          name,
          numbers(({ state }) => state._tag === tag && (tenant ?? state.request.tenant) === state.request.tenant).length
        ])
      )
    expect((await get(service, "/v1/stats")).body).toMatchObject({ byState: of("north"), timeToVerdictSeconds: {} })
    expect((await get(service, "/v1/stats", "beta")).body).toMatchObject({ byState: of("beta") })
    expect((await get(service, "/v1/stats", "auditor")).body).toMatchObject({ byState: of(undefined) })
  })

  it("takes no parameter, and no other method", async () => {
    const service = await startHttp()
    const { status, body } = await get(service, "/v1/stats?state=issued")
    expect([status, body.code]).toEqual([400, "invalid_parameter"])
    for (const [path, allow] of [
      ["/v1/stats", "GET, HEAD"],
      ["/v1/registrations", "POST, GET, HEAD"]
    ]) {
      const refused = await service.call("DELETE", String(path))
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, allow])
    }
  })
})
