import { readFileSync, writeFileSync } from "node:fs"
import { Effect, Result } from "effect"
import { describe, expect, it } from "vitest"
import { readClients, withoutClient, writeClients } from "../../../src/adapters/clients-file/clients.ts"
import { ViewsUnavailable } from "../../../src/application/ports/views.ts"
import { readEvents } from "../../support/event-stream.ts"
import { eventually } from "../../support/eventually.ts"
import { cursorAt, messageAt, messagesFrom, saveMessages } from "../../support/feed.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { rawConnection } from "../../support/raw-http.ts"

const headersOf = (service: HttpService, as = "feeder") => ({ authorization: `Bearer ${service.keys[as]}` })
type Asked = { readonly as?: string; readonly query?: string; readonly lastEventId?: string }
const follow = (service: HttpService, { as = "feeder", query = "", lastEventId }: Asked = {}) =>
  readEvents(`${service.url}/v1/feed${query}`, {
    ...headersOf(service, as),
    ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId })
  })
const metricsOf = async (service: HttpService) => (await service.call("GET", "/metrics")).text()

describe("an event stream", () => {
  it("begins with a comment, gives what there is and what comes, to the letter, to its tenant", async () => {
    const service = await startHttp()
    const early = [messageAt(2), messageAt(3, "beta")]
    await service.run(saveMessages(early))
    const [own, all] = await Promise.all([follow(service), follow(service, { as: "auditor" })])
    const { statusCode, headers } = own.response
    expect([statusCode, headers["content-type"], headers["x-accel-buffering"], headers["cache-control"]]).toEqual([
      200,
      "text/event-stream",
      "no",
      "no-store"
    ])
    expect(headers["x-request-id"]).toMatch(/-/)
    await Promise.all([own.until(1), all.until(2)])
    expect(own.comments()).toBe(1)
    const late = [messageAt(5, "beta"), messageAt(7), messageAt(9)]
    await service.run(saveMessages(late))
    const told = [...early, ...late].map(({ tenant, position, json }) => ({
      tenant,
      event: { id: cursorAt(position), event: "certreg.registration.requested.v1", data: json }
    }))
    expect(await all.until(5)).toEqual(told.map(({ event }) => event))
    expect(await own.until(3)).toEqual(told.flatMap(({ tenant, event }) => (tenant === "north" ? [event] : [])))
    expect(await metricsOf(service)).toMatch(/^certreg_feed_streams 2$/m)
    expect(await metricsOf(service)).toMatch(/^certreg_feed_messages_total\{way="stream"\} 8$/m)
    own.leave()
    await eventually("one stream", async () => /^certreg_feed_streams 1$/m.test(await metricsOf(service)))
  })

  it("begins behind its cursor: that of the last event that came, else that of the query, whatever the limit", async () => {
    const service = await startHttp()
    await service.run(saveMessages(messagesFrom(1, 5)))
    const starts = [
      [{ query: `?after=${cursorAt(3)}&limit=1` }, 4],
      [{ lastEventId: cursorAt(4) }, 5],
      [{ lastEventId: cursorAt(2), query: `?after=${cursorAt(4)}` }, 3],
      [{ lastEventId: cursorAt(2), query: "?after=x" }, 3],
      [{ lastEventId: "", query: `?after=${cursorAt(1)}` }, 2],
      [{ lastEventId: "" }, 1]
    ] as const
    for (const [asked, first] of starts) {
      const { until, leave } = await follow(service, asked)
      const events = await until(6 - first)
      expect(events.map(({ id }) => id)).toEqual(Array.from({ length: 6 - first }, (_, i) => cursorAt(first + i)))
      leave()
    }
  })

  it("is refused like a page before it begins", async () => {
    const service = await startHttp({ epoch: 1 })
    await service.run(saveMessages([messageAt(3)], { epoch: 1, restores: [{ epoch: 1, position: 2 }] }))
    const wrong = [
      [{ lastEventId: "x" }, 400],
      [{ lastEventId: cursorAt(2) }, 410],
      [{ lastEventId: cursorAt(2, 1, "other") }, 410],
      [{ lastEventId: cursorAt(2, 2) }, 410],
      [{ as: "reader" }, 403]
    ] as const
    for (const [asked, status] of wrong) {
      const { response } = await follow(service, asked)
      expect([response.statusCode, response.headers["content-type"]]).toEqual([
        status,
        "application/problem+json; charset=utf-8"
      ])
    }
    const { socket, write, answer } = await rawConnection(service.port)
    const key = `authorization: ${headersOf(service).authorization}`
    const twice = `last-event-id: ${cursorAt(0)}\r\nLast-Event-Id: ${cursorAt(0)}`
    await write(`GET /v1/feed HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n${key}\r\n${twice}\r\n\r\n`)
    expect((await answer()).status).toBe(400)
    socket.destroy()
  })

  it("gives what nobody told of, and goes on with what is told", async () => {
    const service = await startHttp({ feed: { look: 20 } })
    const { until } = await follow(service)
    await service.run(saveMessages([messageAt(1)]))
    await until(1)
    await service.run(saveMessages([messageAt(2)], { isTold: false }))
    await until(2)
    await service.run(saveMessages([messageAt(3)], { isTold: false }))
    await service.run(saveMessages([messageAt(4)]))
    const events = await until(4)
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4].map((position) => cursorAt(position)))
  })

  it("goes on where its cursor is, on an instance that is behind it too", async () => {
    const service = await startHttp()
    await service.run(saveMessages(messagesFrom(1, 5)))
    const ahead = await follow(service, { lastEventId: cursorAt(8) })
    await service.run(saveMessages(messagesFrom(6, 2)))
    await service.run(saveMessages(messagesFrom(8, 3)))
    await ahead.until(2)
    await service.run(saveMessages([messageAt(11)]))
    expect((await ahead.until(3)).map(({ id }) => id)).toEqual([9, 10, 11].map((position) => cursorAt(position)))
  })

  it("ends when it turns out that its cursor is beyond a restore", async () => {
    const service = await startHttp({ epoch: 4, feed: { look: 20 } })
    await service.run(saveMessages([messageAt(3)]))
    const [beyond, before] = [
      await follow(service, { lastEventId: cursorAt(9) }),
      await follow(service, { lastEventId: cursorAt(3) })
    ]
    await service.run(saveMessages([messageAt(8), messageAt(12)], { epoch: 4, restores: [{ epoch: 4, position: 6 }] }))
    await eventually("its end", () => beyond.ended() === "whole")
    expect(beyond.events).toEqual([])
    expect((await before.until(2)).map(({ id }) => id)).toEqual([cursorAt(8, 4), cursorAt(12, 4)])
    expect((await follow(service, { lastEventId: cursorAt(9) })).response.statusCode).toBe(410)
  })

  it("gives what was held back behind an event that could not be read, once it can be", async () => {
    const held = { is: true, looks: 0 }
    const blocked = { position: 5, stream: "registration-x", revision: 1 }
    const service = await startHttp({
      feed: { look: 20 },
      messages: (real) => ({
        ...real,
        end: Effect.map(real.end, (end) => {
          held.looks++
          return held.is ? { ...end, blocked } : end
        }),
        read: (...args) =>
          Effect.map(real.read(...args), ({ messages, end }) =>
            held.is
              ? { messages: messages.filter(({ position }) => position < blocked.position), end: { ...end, blocked } }
              : { messages, end }
          )
      })
    })
    await service.run(saveMessages([messageAt(3)]))
    const stream = await follow(service)
    await stream.until(1)
    await service.run(saveMessages([messageAt(8)], { isTold: false }))
    const other = await follow(service, { lastEventId: cursorAt(3) })
    const looks = held.looks
    await eventually("both to have read it all", () => held.looks > looks + 10)
    held.is = false
    for (const one of [stream, other]) await eventually("the last", () => one.lastId() === cursorAt(8))
  })

  it("shows that it is alive while nothing happens", async () => {
    const service = await startHttp({ feed: { heartbeat: 10, look: 5 } })
    const { comments, events, leave } = await follow(service)
    await eventually("comments", () => comments() > 5)
    expect(events).toEqual([])
    leave()
  })

  it("ends when the key is removed", async () => {
    const service = await startHttp({ feed: { look: 20 } })
    const [removed, other] = [await follow(service), await follow(service, { as: "auditor" })]
    const clients = readClients(readFileSync(service.clientsFile, "utf8")) ?? []
    writeFileSync(service.clientsFile, writeClients(Result.getOrThrow(withoutClient(clients, "feeder"))))
    await eventually("its end", () => removed.ended() === "whole")
    await service.run(saveMessages([messageAt(1)]))
    await other.until(1)
    expect(other.ended()).toBeUndefined()
  })

  it("ends when the rows cannot be read any more", async () => {
    const broken = { is: false }
    const fail = Effect.fail(new ViewsUnavailable({ operation: "messages", code: "SQLITE_IOERR" }))
    const service = await startHttp({
      feed: { look: 20 },
      messages: (real) => ({ ...real, end: Effect.suspend(() => (broken.is ? fail : real.end)) })
    })
    const stream = await follow(service)
    await service.run(saveMessages([messageAt(1)]))
    await stream.until(1)
    broken.is = true
    await eventually("its end", () => stream.ended() === "whole")
    expect(service.lines).toContainEqual({ event: "event_streams_ended", code: "SQLITE_IOERR" })
    broken.is = false
    const again = await follow(service, { lastEventId: stream.lastId() ?? "" })
    await service.run(saveMessages([messageAt(2)]))
    expect((await again.until(1))[0]?.id).toBe(cursorAt(2))
  })

  it("is not begun when there are too many, and is when one of them has gone", async () => {
    const service = await startHttp({ feed: { mostStreams: 2 } })
    const first = await follow(service)
    await follow(service, { as: "auditor" })
    const { response } = await follow(service)
    expect([response.statusCode, response.headers["retry-after"]]).toEqual([503, "5"])
    expect((await service.call("GET", "/v1/feed", { as: "feeder" })).status).toBe(200)
    first.leave()
    await eventually("room", async () => (await follow(service)).response.statusCode === 200)
  })
})
