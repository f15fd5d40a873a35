import { createHash, randomUUID } from "node:crypto"
import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import { setImmediate, setTimeout as sleep } from "node:timers/promises"
import { Effect } from "effect"
import { describe, expect, it, onTestFinished } from "vitest"
import { discard } from "../../../src/adapters/http/connection/lingering-close.ts"
import { readBytes } from "../../../src/adapters/http/request/body.ts"
import { bodyChunks } from "../../../src/adapters/http/request/body-chunks.ts"
import { issueUrls } from "../../support/driver-commands.ts"
import { eventually } from "../../support/eventually.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { jpeg, otherImages, png } from "../../support/images.ts"
import { rawConnection } from "../../support/raw-http.ts"
import { registrationRequest } from "../../support/registration-request.ts"
import { scriptedServer } from "../../support/scripted-server.ts"

type Json = Record<string, unknown>
const json = (response: Response) => response.json() as Promise<Json>
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const tenMiB = 10 * 1024 * 1024

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** Takes what is put, and keeps its hash when it is complete. */
const keeping = (stored: Array<string>): Handle => {
  return async (request, response) => {
    const hash = createHash("sha256")
    try {
      for await (const chunk of request) hash.update(chunk)
      stored.push(`${request.url} ${request.headers["content-type"]} ${hash.digest("hex")}`)
      response.end()
    } catch {
      // Broken off: nothing was stored.
    }
  }
}

/** A service whose one registration waits for its images, and the storage that they go to. */
const awaitingImages = async (handle: Handle) => {
  const storage = await scriptedServer(handle)
  onTestFinished(storage.close)
  const service = await startHttp({ storageHosts: storage.host })
  const response = await service.call("POST", "/v1/registrations", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(registrationRequest())
  })
  const id = String((await json(response))["id"])
  await service.run(issueUrls(id, storage.url))
  return { service, id, path: `/v1/registrations/${id}/documents/ktp`, storage }
}

const put = (service: HttpService, path: string, body: Uint8Array, headers: Record<string, string> = {}, as = "acme") =>
  service.call("PUT", path, { as, headers, body })

describe("PUT /v1/registrations/:id/documents/:document", () => {
  it("streams the image through and answers with the resource", async () => {
    const stored: Array<string> = []
    const { service, id, path } = await awaitingImages(keeping(stored))
    const ktp = jpeg({ size: 300_000 })
    const selfie = png()
    const first = await put(service, path.replace(id, id.toUpperCase()), ktp, { "content-type": "Image/JPG; q=1" })
    expect(first.status).toBe(200)
    expect(await json(first)).toMatchObject({
      state: "awaiting_images",
      documents: {
        ktp: { uploaded: true, sha256: sha256(ktp), size: 300_000, mediaType: "image/jpeg", via: "service" }
      }
    })
    const second = await put(service, path.replace("ktp", "selfie"), selfie)
    expect(await json(second)).toMatchObject({ state: "ready_to_confirm" })
    expect(second.headers.get("etag")).toMatch(/^"\d+"$/)
    expect(stored).toEqual([`/ktp image/jpeg ${sha256(ktp)}`, `/selfie image/png ${sha256(selfie)}`])
    expect((await put(service, path, ktp)).status).toBe(200)
    expect(await json(await put(service, path, jpeg()))).toMatchObject({ status: 409, code: "document_exists" })
    expect(stored).toHaveLength(2)
  })

  it("checks existence before the body, and its headers before its bytes", async () => {
    const { service, id, path } = await awaitingImages(keeping([]))
    const text = { "content-type": "text/plain" }
    for (const [unknown, as] of [
      [`/v1/registrations/${randomUUID()}/documents/ktp`, "acme"],
      [`/v1/registrations/${id}/documents/passport`, "acme"],
      [path, "beta"]
    ] as const)
      expect((await put(service, unknown, jpeg(), text, as)).status).toBe(404)
    expect((await put(service, path, jpeg(), text, "reader")).status).toBe(403)
    expect((await put(service, path, jpeg(), text)).status).toBe(415)
    expect((await put(service, path, jpeg(), { "content-encoding": "gzip" })).status).toBe(415)
    const chunked = new Blob([jpeg()]).stream()
    expect(await json(await service.call("PUT", path, { body: chunked }))).toMatchObject({
      status: 411,
      code: "length_required"
    })
    const tooLarge = await put(service, path, Buffer.alloc(tenMiB + 1))
    // The connection is closed over what is not read of it, and says so.
    expect(tooLarge.headers.get("connection")).toBe("close")
    const large = await json(tooLarge)
    expect(large).toMatchObject({ status: 413, code: "too_large" })
    expect(large["detail"]).toContain("10 MiB")
  })

  it("refuses what is no image, and stores nothing of it", async () => {
    const stored: Array<string> = []
    const { service, path } = await awaitingImages(keeping(stored))
    for (const [bytes, reason, headers] of [
      [Buffer.alloc(0), "empty", {}],
      [otherImages.HEIC, "not_an_image", {}],
      [jpeg(), "type_mismatch", { "content-type": "image/png" }],
      [jpeg().subarray(0, -2), "truncated", {}]
    ] as const)
      expect(await json(await put(service, path, bytes, headers))).toMatchObject({ code: "image_refused", reason })
    expect(stored).toEqual([])
  })

  it("answers while the rest still comes when the storage refuses early", async () => {
    const { service, path } = await awaitingImages((request, response) => {
      request.once("data", () => response.writeHead(400).end())
      request.resume()
    })
    expect(await json(await put(service, path, jpeg({ size: tenMiB })))).toMatchObject({ code: "storage_refused" })
  })

  it("lets nothing complete at the storage when the uploader breaks off", async () => {
    const stored: Array<string> = []
    const { service, path, storage } = await awaitingImages(keeping(stored))
    const { write, socket } = await rawConnection(service.port)
    await write(`PUT ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.keys["acme"]}\r\n`)
    await write("content-length: 300000\r\n\r\n", jpeg({ size: 300_000 }).subarray(0, 200_000))
    await eventually("a connection to the storage", () => storage.sockets.size > 0)
    socket.destroy()
    await eventually("the line of the request", () => service.lines.some((line) => line.method === "PUT"))
    await eventually("the end of the connection to the storage", () => storage.sockets.size === 0)
    expect(stored).toEqual([])
    expect(service.lines.find((line) => line.method === "PUT")).not.toHaveProperty("status")
  })
})

describe("a refusal", () => {
  const head = (path: string, ...fields: ReadonlyArray<string>) =>
    `PUT ${path} HTTP/1.1\r\n${["host: x", ...fields].join("\r\n")}\r\n\r\n`

  it.each(["keep-alive", "close"])(
    "can be read by who writes all of 10 MiB first (connection: %s)",
    async (connection) => {
      const service = await startHttp()
      const { write, answer, state, socket } = await rawConnection(service.port)
      socket.pause()
      const path = `/v1/registrations/${randomUUID()}/documents/ktp`
      await write(head(path, `connection: ${connection}`, `content-length: ${tenMiB}`), Buffer.alloc(tenMiB))
      socket.resume()
      expect(await answer()).toMatchObject({ status: 401 })
      if (connection === "close") await eventually("the end of the connection", () => state.closed)
      else {
        await write("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
        expect((await answer()).status).toBe(200)
      }
      expect(state.error).toBeUndefined()
    }
  )

  it("is sent at once, while nothing of the body came yet", async () => {
    const service = await startHttp()
    for (const connection of ["keep-alive", "close"]) {
      const { write, answer } = await rawConnection(service.port)
      await write(head("/v1/registrations/x/documents/ktp", `connection: ${connection}`, "content-length: 1000"))
      expect(await answer()).toMatchObject({ status: 401 })
    }
  })

  it("does not read on for ever", async () => {
    const service = await startHttp()
    const { write, answer, socket } = await rawConnection(service.port)
    await write(head("/nowhere", "transfer-encoding: chunked"))
    expect(await answer()).toMatchObject({ status: 404 })
    const chunk = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(0x100000), Buffer.from("\r\n")])
    while (!socket.destroyed) {
      await write(chunk)
      // A write that the kernel takes, or fails, at once leaves no room for anything else to happen.
      await setImmediate()
    }
  })
})

describe("the body of an upload", () => {
  /** What reading a request's body comes to. */
  const reading = async (read: (raw: IncomingMessage) => Promise<void>) => {
    let outcome: (value: unknown) => void
    const result = new Promise((resolve) => {
      outcome = resolve
    })
    const server = await scriptedServer((request) => read(request).then(() => outcome("complete"), outcome))
    onTestFinished(server.close)
    const connection = await rawConnection(Number(server.host.split(":")[1]))
    return { result, ...connection }
  }

  it("stalls when no byte comes for too long", async () => {
    const { result, write } = await reading(async (raw) => {
      for await (const _ of bodyChunks(raw, 50)) {
        // Read on.
      }
    })
    await write("PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf")
    expect(await result).toMatchObject({ _tag: "UploadStalled" })
  })

  it("of JSON that stands still has stalled too", async () => {
    const { result, write } = await reading((raw) => Effect.runPromise(Effect.asVoid(readBytes(raw, 100, 50))))
    await write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf")
    expect(await result).toMatchObject({ _tag: "UploadStalled" })
  })

  it("does not stall while we do not ask", async () => {
    let size = 0
    const { result, write } = await reading(async (raw) => {
      for await (const chunk of bodyChunks(raw, 3000)) {
        if (size === 0) await sleep(3200)
        size += chunk.length
      }
    })
    await write("PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n", Buffer.alloc(100_000))
    expect(await result).toBe("complete")
    expect(size).toBe(100_000)
  })

  it("breaks with the connection", async () => {
    const { result, write, socket } = await reading(async (raw) => {
      for await (const _ of bodyChunks(raw)) socket.destroy()
    })
    await write("PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf")
    expect(await result).toMatchObject({ _tag: "UploaderGone" })
  })

  it("leaves the connection alone when it is given up", async () => {
    let givenUp = false
    const { result, write, socket } = await reading(async (raw) => {
      for await (const _ of bodyChunks(raw)) break
      givenUp = true
      await once(raw.resume(), "end")
    })
    await write("PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf")
    await eventually("the upload to be given up", () => givenUp)
    await write("-whole")
    expect(await result).toBe("complete")
    expect(socket.destroyed).toBe(false)
  })

  it("is dropped whole when it is given up while a chunk was waited for, also when that one was late", async () => {
    let stalled = false
    const { result, write } = await reading(async (raw) => {
      const chunks = bodyChunks(raw, 2000)
      await chunks.next()
      chunks.next().catch(() => {
        stalled = true
      })
      expect(await new Promise((done) => discard(raw, { silence: 15_000 }, done))).toBe("complete")
    })
    const head = "PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n"
    await write(head, Buffer.alloc(100_000))
    await eventually("the end of the waiting", () => stalled)
    await write(Buffer.alloc(100_000))
    expect(await result).toBe("complete")
  })
})
