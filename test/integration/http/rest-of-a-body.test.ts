import { describe, expect, it } from "vitest"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"

const head = (service: HttpService, line: string, ...fields: ReadonlyArray<string>) =>
  [`${line} HTTP/1.1`, "host: certreg", `authorization: Bearer ${service.keys["acme"]}`, ...fields, "", ""].join("\r\n")

describe("while the rest of a body is still to come", () => {
  it.for([
    ["304", "GET", "if-none-match: *", 304],
    ["the answer to HEAD", "HEAD", "accept: */*", 200]
  ] as const)("%s is sent at once, and the connection goes on", async ([, method, field, status]) => {
    const service = await startHttp()
    const started = await service.call("POST", "/v1/registrations", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(registrationRequest())
    })
    const path = String(started.headers.get("location"))
    const { write, socket } = await rawConnection(service.port)
    const statuses: Array<number> = []
    const next = (count: number) =>
      new Promise<void>((resolve, reject) => {
        const look = () => (statuses.length >= count ? resolve() : undefined)
        socket.on("data", look).once("close", () => reject(new Error("the connection was closed")))
        look()
      })
    // Neither has a body, whatever its length says.
    socket.on("data", (bytes: Buffer) => {
      for (const [, code] of bytes.toString("latin1").matchAll(/HTTP\/1\.1 (\d+) /g)) statuses.push(Number(code))
    })
    await write(head(service, `${method} ${path}`, field, "content-length: 1"))
    await next(1)
    await write("x", head(service, `${method} ${path}`, field))
    await next(2)
    expect(statuses).toEqual([status, status])
  })

  it("what comes behind a body that was cut off is not looked at", async () => {
    const service = await startHttp()
    const body = JSON.stringify(registrationRequest())
    const json = "content-type: application/json"
    const length = `content-length: ${body.length}`
    const { write, answer } = await rawConnection(service.port)
    // Of chunks nobody knows beforehand that they are longer than what is dropped.
    const size = 10 * 1024 * 1024
    await write(head(service, "GET /health/live", "transfer-encoding: chunked"), `${size.toString(16)}\r\n`)
    await write(Buffer.alloc(size), "\r\n")
    expect((await answer()).status).toBe(200)
    await write(`1\r\nx\r\n0\r\n\r\n${head(service, "POST /v1/registrations", json, length)}${body}`)
    await expect(answer()).rejects.toThrow("closed without an answer")
    // Nobody was told of it, and it was not done either.
    const again = await service.call("POST", "/v1/registrations", {
      headers: { "content-type": "application/json" },
      body
    })
    expect(again.status).toBe(201)
  })
})
