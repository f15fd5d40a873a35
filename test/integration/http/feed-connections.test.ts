import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { eventually } from "../../support/eventually.ts"
import { cursorAt, messageAt, saveMessages } from "../../support/feed.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { rawConnection } from "../../support/raw-http.ts"

describe("the connection of an event stream", () => {
  const head = (service: HttpService, path: string, more = "") =>
    `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["feeder"]}\r\n${more}\r\n`
  const asStream = "accept: text/event-stream\r\n"

  it("answers what was asked before, then streams, and takes nothing more", async () => {
    const service = await startHttp()
    await service.run(saveMessages([messageAt(1)]))
    const { socket, write, answer } = await rawConnection(service.port)
    let text = ""
    await write(head(service, "/v1/feed?limit=1"), head(service, "/v1/feed", asStream))
    expect((await answer()).status).toBe(200)
    const began = await answer()
    expect(began.headers).toMatchObject({ connection: "close", "transfer-encoding": "chunked" })
    socket.on("data", (chunk) => {
      text += chunk
    })
    await write(head(service, "/health/live"))
    await service.run(saveMessages([messageAt(2)]))
    await eventually("the second", () => text.includes(cursorAt(2)))
    expect(text).not.toContain("HTTP/1.1")
  })

  it("answers what was asked behind it before it began, when it ends", async () => {
    const service = await startHttp({
      shutdownDelay: 100,
      messages: (real) => ({ ...real, read: (...args) => Effect.delay(real.read(...args), 20) })
    })
    const { socket, write, state } = await rawConnection(service.port)
    let text = ""
    socket.on("data", (chunk) => {
      text += chunk
    })
    await write(head(service, "/v1/feed", asStream) + head(service, "/v1/feed"))
    await eventually("its begin", () => text.includes("text/event-stream"))
    await service.stop()
    await eventually("the end", () => state.closed)
    expect(text.split("HTTP/1.1 200 OK")).toHaveLength(3)
    expect(text).toContain(`{"items":[],"next":"${cursorAt(0)}"}`)
  })

  it("drops a body that comes with the request", async () => {
    const service = await startHttp()
    const { socket, write } = await rawConnection(service.port)
    let text = ""
    socket.on("data", (chunk) => {
      text += chunk
    })
    await write(head(service, "/v1/feed", `${asStream}content-length: 9000000\r\n`), "x".repeat(4_500_000))
    await eventually("its begin", () => text.includes("text/event-stream"))
    await write("x".repeat(4_500_000))
    await service.run(saveMessages([messageAt(1)]))
    await eventually("a message", () => text.includes(cursorAt(1)))
    socket.destroy()
    // Behind bytes that nobody reads nobody would see that.
    await eventually("its end", async () => {
      const metrics = await (await service.call("GET", "/metrics")).text()
      return metrics.includes("certreg_feed_streams 0")
    })
  })

  it("ends whole where it begins when all are ended already", async () => {
    const gate = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const service = await startHttp({
      messages: (real) => ({
        ...real,
        read: (...args) =>
          Effect.suspend(() => {
            asked.resolve()
            return Effect.andThen(
              Effect.promise(() => gate.promise),
              real.read(...args)
            )
          })
      })
    })
    const { write, answer, state, socket } = await rawConnection(service.port)
    await write(head(service, "/v1/feed", asStream))
    await asked.promise
    const stopped = service.stop()
    await eventually("the end of listening", () =>
      service.call("GET", "/health/live").then(
        () => false,
        () => true
      )
    )
    let text = ""
    socket.on("data", (chunk) => {
      text += chunk
    })
    gate.resolve()
    expect((await answer()).status).toBe(200)
    await stopped
    await eventually("the end", () => state.closed)
    expect(text.endsWith("\r\n0\r\n\r\n")).toBe(true)
  })
})
