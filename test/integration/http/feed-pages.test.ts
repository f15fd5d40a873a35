import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { ViewsUnavailable } from "../../../src/application/ports/views.ts"
import { cursorAt, messageAt, messagesFrom, saveMessages } from "../../support/feed.ts"
import { type CallOptions, type HttpService, startHttp } from "../../support/http-service.ts"

type Page = { readonly items: ReadonlyArray<{ readonly position: number }>; readonly next: string }

const ask = (service: HttpService, query = "", options: CallOptions = {}) =>
  service.call("GET", `/v1/feed${query}`, { as: "feeder", ...options })
const pageOf = async (service: HttpService, query = "", as = "feeder"): Promise<Page> => {
  const answer = await ask(service, query, { as })
  expect(answer.status, query).toBe(200)
  return (await answer.json()) as Page
}
const positionsOf = ({ items }: Page) => items.map(({ position }) => position)
const problemOf = async (service: HttpService, query: string, options: CallOptions = {}) =>
  (await (await ask(service, query, options)).json()) as Record<string, unknown>

const northAndBeta = [messageAt(3), messageAt(4, "beta"), messageAt(8), messageAt(9, "beta"), messageAt(12)]

describe("a page of the feed", () => {
  it("has the messages of the tenant, to the letter, and leads to the next", async () => {
    const service = await startHttp()
    await service.run(saveMessages(northAndBeta, { position: 20 }))
    const [first, , second, , third] = northAndBeta.map(({ json }) => json)
    const answer = await ask(service, "?limit=2")
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8")
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(await answer.text()).toBe(`{"items":[${first},${second}],"next":"${cursorAt(8)}"}`)
    const rest = await ask(service, `?limit=2&after=${cursorAt(8)}`)
    expect(await rest.text()).toBe(`{"items":[${third}],"next":"${cursorAt(12)}"}`)
    const none = await ask(service, `?after=${cursorAt(12)}`)
    expect(await none.text()).toBe(`{"items":[],"next":"${cursorAt(12)}"}`)
    await service.run(saveMessages([messageAt(21)]))
    expect(positionsOf(await pageOf(service, `?after=${cursorAt(12)}`))).toEqual([21])
  })

  it("has those of all tenants for who reads everything, and none of another tenant", async () => {
    const service = await startHttp()
    await service.run(saveMessages(northAndBeta))
    for (const as of ["auditor", "chief"]) expect(positionsOf(await pageOf(service, "", as))).toEqual([3, 4, 8, 9, 12])
    expect(positionsOf(await pageOf(service, `?after=${cursorAt(4)}`, "auditor"))).toEqual([8, 9, 12])
    for (const as of ["acme", "reader", "beta"])
      expect(await problemOf(service, "", { as })).toMatchObject({ status: 403, scope: "events:read" })
  })

  it("is there when nothing is, from the beginning on, with 100 messages unless another limit is asked for", async () => {
    const service = await startHttp()
    const empty = await pageOf(service)
    expect(empty).toEqual({ items: [], next: cursorAt(0) })
    await service.run(saveMessages(messagesFrom(1, 1001)))
    expect((await pageOf(service)).items).toHaveLength(100)
    expect((await pageOf(service, `?after=${empty.next}&limit=1`)).items).toHaveLength(1)
    const most = await pageOf(service, "?limit=1000")
    expect(most.items).toHaveLength(1000)
    expect(positionsOf(await pageOf(service, `?limit=1000&after=${most.next}`))).toEqual([1001])
  })

  it("ends before an event of which no message can be made, until it can", async () => {
    const service = await startHttp()
    const blocked = { position: 5, stream: "registration-x", revision: 1 }
    await service.run(saveMessages([messageAt(3), messageAt(8)], { position: 9, blocked }))
    const page = await pageOf(service)
    expect([positionsOf(page), page.next]).toEqual([[3], cursorAt(3)])
    expect(await pageOf(service, `?after=${page.next}`)).toEqual({ items: [], next: cursorAt(3) })
  })

  it("is not given while the rows cannot be read: 503, and again soon", async () => {
    const fail = Effect.fail(new ViewsUnavailable({ operation: "messages", code: "SQLITE_IOERR" }))
    const service = await startHttp({ messages: (real) => ({ ...real, read: () => fail }) })
    for (const accept of ["*/*", "text/event-stream"]) {
      const answer = await ask(service, "", { headers: { accept } })
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"])
      expect(await answer.json()).toMatchObject({ code: "unavailable" })
    }
  })

  it("has no more to HEAD than its headers", async () => {
    const service = await startHttp()
    for (const accept of ["application/json", "text/event-stream"]) {
      const head = await service.call("HEAD", "/v1/feed", { as: "feeder", headers: { accept } })
      expect([head.status, head.headers.get("content-type")?.split(";", 1)[0], await head.text()]).toEqual([
        200,
        accept,
        ""
      ])
    }
  })
})

describe("what is asked wrongly", () => {
  it("is 400 before anything is read, as a page and as a stream", async () => {
    const service = await startHttp()
    const wrong = [
      ..."after=,after=x,limit=,limit=0,limit=1001,limit=-1,limit=1.0,limit=99999,limit=1&limit=1".split(","),
      `after=${cursorAt(1)}&after=${cursorAt(1)}`,
      `after=${cursorAt(1)}x`,
      "from=1"
    ]
    for (const query of wrong)
      for (const accept of ["*/*", "text/event-stream"])
        expect(await problemOf(service, `?${query}`, { headers: { accept } }), query).toMatchObject({
          status: 400,
          code: "invalid_parameter"
        })
    // A page knows no such header.
    expect((await ask(service, "", { headers: { "last-event-id": "x" } })).status).toBe(200)
  })

  it("is 410 with a cursor of another log, or of a later life of this one", async () => {
    const service = await startHttp({ epoch: 2 })
    const expired = [
      [cursorAt(0, 0, "other"), /another log/],
      [cursorAt(5, 3), /later life/]
    ] as const
    for (const [after, why] of expired)
      for (const options of [{}, { headers: { accept: "text/event-stream" } }])
        expect(await problemOf(service, `?after=${after}`, options)).toMatchObject({
          status: 410,
          code: "cursor_expired",
          detail: expect.stringMatching(why)
        })
  })
})

describe("a cursor", () => {
  /** Put back at 6, and once more at 11. */
  const restores = [
    { epoch: 4, position: 6 },
    { epoch: 7, position: 11 }
  ]
  const messages = [messageAt(3), messageAt(5), messageAt(8), messageAt(12)]

  it("of before a restore holds up to its point, and no further; each later one has its own", async () => {
    const service = await startHttp({ epoch: 7 })
    await service.run(saveMessages(messages, { epoch: 7, restores, position: 20 }))
    const holding = [
      [cursorAt(3, 0), [5, 8, 12]],
      [cursorAt(5, 0), [8, 12]],
      [cursorAt(10, 4), [12]],
      [cursorAt(12, 7), []],
      // Of an instance that is further.
      [cursorAt(99, 7), []]
    ] as const
    for (const [after, expected] of holding) {
      const page = await pageOf(service, `?after=${after}`)
      expect([positionsOf(page), page.next]).toEqual([expected, expected.length > 0 ? cursorAt(12, 7) : after])
    }
    for (const after of [cursorAt(6, 0), cursorAt(8, 0), cursorAt(99, 0), cursorAt(11, 4), cursorAt(12, 5)])
      expect(await problemOf(service, `?after=${after}`), after).toMatchObject({
        code: "cursor_expired",
        detail: expect.stringMatching(/put back/)
      })
  })

  it("beyond rows that are being made anew has nothing after it, until it is known whether it holds", async () => {
    const service = await startHttp({ epoch: 4 })
    const beyond = cursorAt(9, 0)
    await service.run(saveMessages(messages.slice(0, 2)))
    expect(await pageOf(service, `?after=${beyond}`)).toEqual({ items: [], next: beyond })
    const ahead = cursorAt(8, 4)
    expect(await pageOf(service, `?after=${ahead}`)).toEqual({ items: [], next: ahead })
    await service.run(saveMessages(messages.slice(2), { epoch: 4, restores: restores.slice(0, 1) }))
    expect(await problemOf(service, `?after=${beyond}`)).toMatchObject({ code: "cursor_expired" })
    expect(positionsOf(await pageOf(service, `?after=${ahead}`))).toEqual([12])
  })

  it("that is given while a restore is saved holds", async () => {
    const between: { work?: Effect.Effect<void> } = {}
    const service = await startHttp({
      epoch: 4,
      messages: (real) => ({
        ...real,
        read: (...args) =>
          Effect.suspend(() => {
            const { work = Effect.void } = between
            delete between.work
            return Effect.andThen(work, real.read(...args))
          })
      })
    })
    await service.run(saveMessages(messages.slice(0, 2)))
    between.work = Effect.promise(() =>
      service.run(saveMessages(messages.slice(2), { epoch: 4, restores: restores.slice(0, 1) }))
    )
    const page = await pageOf(service)
    expect(positionsOf(page)).toEqual([3, 5, 8, 12])
    expect(await pageOf(service, `?after=${page.next}`)).toEqual({ items: [], next: cursorAt(12, 4) })
  })
})
