import { describe, expect, it } from "vitest"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"

const host = "host: certreg\r\n"
const chunked = `POST /nowhere HTTP/1.1\r\n${host}x-request-id: second\r\ntransfer-encoding: chunked\r\n\r\n`

/** A connection with a request on it that waits until it is told to be answered. */
const waiting = async () => {
  const service: HttpService = await startHttp()
  const json = { "content-type": "application/json" }
  const body = JSON.stringify(registrationRequest())
  const started = await service.call("POST", "/v1/registrations", { headers: json, body })
  const path = String(started.headers.get("location"))
  const connection = await rawConnection(service.port)
  const key = `authorization: Bearer ${service.keys["acme"]}\r\n`
  await connection.write(`GET ${path}?wait=50 HTTP/1.1\r\n${host}${key}x-request-id: first\r\n\r\n`)
  /** What was written before has been read, as far as it is. */
  const elsewhere = () => service.call("GET", "/health/live").then((answer) => answer.text())
  const release = () => service.call("POST", `${path}/withdrawal`, { headers: json, body: '{"reason":"other"}' })
  return { ...connection, elsewhere, release }
}
type Waiting = Awaited<ReturnType<typeof waiting>>

/** Ids and statuses of all answers until the connection ends, as it should. */
const answersOn = async ({ answer, state }: Waiting) => {
  const answers: Array<readonly [string | undefined, number]> = []
  const end = await (async () => {
    while (true) {
      const { headers, status } = await answer()
      answers.push([headers["x-request-id"], status])
    }
  })().catch((error: Error) => error.message)
  expect([end, state.error]).toEqual(["closed without an answer: end", undefined])
  return answers
}

describe("behind a request that waits, its answer is not touched by", () => {
  it("CONNECT", async () => {
    const connection = await waiting()
    await connection.write("CONNECT example.id:443 HTTP/1.1\r\nhost: example.id:443\r\nx-request-id: second\r\n\r\n")
    await connection.elsewhere()
    await connection.release()
    expect(await answersOn(connection)).toEqual([
      ["first", 200],
      ["second", 404]
    ])
  })

  it("what is no request, however often something comes", async () => {
    const connection = await waiting()
    const warnings: Array<string> = []
    const onWarning = ({ name }: Error) => void warnings.push(name)
    process.on("warning", onWarning)
    for (let i = 0; i < 15; i++) {
      await connection.write("\0nonsense\r\n")
      await connection.elsewhere()
    }
    await connection.release()
    expect(await answersOn(connection)).toEqual([
      ["first", 200],
      [expect.stringMatching(/^[0-9a-f-]{36}$/), 400]
    ])
    process.off("warning", onWarning)
    // One listener for each would leak.
    expect(warnings).toEqual([])
  })

  it("a body that breaks off its chunks", async () => {
    const connection = await waiting()
    await connection.write(`${chunked}2\r\nab\r\nzz\r\n`)
    await connection.elsewhere()
    await connection.release()
    expect(await answersOn(connection)).toEqual([
      ["first", 200],
      ["second", expect.any(Number)]
    ])
  })

  it("a body that breaks off its chunks after it was refused", async () => {
    const connection = await waiting()
    await connection.write(`${chunked}2\r\nab\r\n`)
    await connection.elsewhere()
    await connection.write("zz\r\n")
    await connection.elsewhere()
    await connection.release()
    expect(await answersOn(connection)).toEqual([
      ["first", 200],
      ["second", 404]
    ])
  })

  it("a body that is too long to be dropped", async () => {
    const connection = await waiting()
    const size = 10 * 1024 * 1024 + 1
    await connection.write(`${chunked}${size.toString(16)}\r\n`, Buffer.alloc(size))
    await connection.elsewhere()
    await connection.release()
    expect(await answersOn(connection)).toEqual([
      ["first", 200],
      ["second", 404]
    ])
  })
})

it("a connection ends without a second answer when the body breaks off behind the first", async () => {
  const service = await startHttp()
  const { write, answer, state } = await rawConnection(service.port)
  await write(chunked)
  expect((await answer()).status).toBe(404)
  await write("nonsense\r\n")
  await expect(answer()).rejects.toThrow("end")
  expect(state.error).toBeUndefined()
})
