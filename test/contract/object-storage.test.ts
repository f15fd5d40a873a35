import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo, LookupFunction } from "node:net"
import { createServer } from "node:net"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { Worker } from "node:worker_threads"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { afterEach, assert, describe, it } from "vitest"
import { type ObjectStorageConfig, objectStorageHttp } from "../../src/adapters/object-storage/object-storage-http.ts"
import { ObjectStorage, type Upload } from "../../src/application/ports/object-storage.ts"
import { scriptedServer } from "../support/scripted-server.ts"
import { selfSigned } from "../support/self-signed.ts"
import { soon } from "../support/simulator-partner.ts"
import { chunked, hostsOf, image, objectStorageContract, uploadOf } from "./object-storage.ts"

objectStorageContract("over HTTP", objectStorageHttp)

const closing: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A certificate that this process trusts, for a name that only `loopback` resolves. */
const tls = selfSigned("storage.test")
setDefaultCACertificates([...getCACertificates(), tls.cert])
const loopback: LookupFunction = (_, { all }, callback) =>
  all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4)

const MiB = 1024 * 1024
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** The adapter in front of storages of a test's own. */
const facing = (hosts: string | undefined, change: Partial<ObjectStorageConfig> = {}) => {
  const runtime = ManagedRuntime.make(objectStorageHttp({ hosts: hostsOf(hosts), timeoutMillis: 60_000, ...change }))
  closing.push(() => runtime.dispose())
  const putting = (url: string, upload: Upload = uploadOf(image())) =>
    Effect.flatMap(ObjectStorage, (storage) => storage.put(Redacted.make(url), upload))
  return {
    put: (url: string, upload?: Upload) => runtime.runPromise(putting(url, upload)),
    failure: (url: string, upload?: Upload) => runtime.runPromise(Effect.flip(putting(url, upload))),
    fork: (url: string, upload?: Upload) => runtime.runFork(putting(url, upload)),
    accepts: (url: string) =>
      runtime.runPromise(Effect.map(ObjectStorage, (storage) => storage.accepts(Redacted.make(url)))),
    runtime
  }
}

const storage = async (handle: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = await scriptedServer(handle)
  closing.push(server.close)
  return server
}
/** Reads all and answers. */
const storing =
  (status = 200, headers: Readonly<Record<string, string>> = {}) =>
  (request: IncomingMessage, response: ServerResponse) => {
    request.resume().on("end", () => response.writeHead(status, headers).end())
  }

describe("ObjectStorage on the wire", () => {
  it("sends the path and query as they are, and no header but those that are needed", async () => {
    const seen: Array<IncomingMessage> = []
    const { host, url } = await storage((request, response) => {
      seen.push(request)
      storing()(request, response)
    })
    const bytes = image()
    const path = "/b%2Fu/k%20ey+~!_KTP?X-Amz-Credential=A%2F1&X-Amz-Security-Token=Fwo%2B%3D%3D&X-Amz-Signature=ab'cd"
    await facing(host).put(`${url}${path}`, uploadOf(bytes))
    const [request] = seen
    assert.strictEqual(request?.method, "PUT")
    assert.strictEqual(request?.url, path.replace("'", "%27"))
    assert.deepStrictEqual(request?.headers, {
      host,
      connection: "keep-alive",
      "content-type": "image/png",
      "content-length": String(bytes.length)
    })
  })

  it("waits for a slow uploader as long as he likes, and after that for a silent storage as long as it may", async () => {
    const answering = await storage(storing())
    const silent = await storage((request) => request.resume())
    const bytes = image()
    const slowly = () =>
      uploadOf(
        bytes,
        chunked(bytes, 100_000, (at) => (at === 200_000 ? pause(3300) : undefined))
      )
    const { put, failure } = facing(`${answering.host},${silent.host}`, { timeoutMillis: 3000 })
    const [stored, unanswered] = await Promise.all([put(answering.url, slowly()), failure(silent.url, slowly())])
    assert.isUndefined(stored)
    assert.deepInclude(unanswered, { _tag: "StorageUnavailable", code: "timeout" })
  })

  it("gives a storage that takes nothing its time and no more", async () => {
    const { host, url } = await storage((request) => request.pause())
    const bytes = Buffer.alloc(64 * MiB)
    assert.deepInclude(await facing(host, { timeoutMillis: 300 }).failure(url, uploadOf(bytes, chunked(bytes))), {
      _tag: "StorageUnavailable",
      code: "timeout"
    })
  })

  it("gives a storage that takes everything and does not answer its time and no more", async () => {
    const { host, url } = await storage((request) => request.resume())
    assert.deepInclude(await facing(host, { timeoutMillis: 300 }).failure(url), { code: "timeout" })
  })

  it("gives a storage that does not finish its answer its time and no more", async () => {
    const { host, url } = await storage((request, response) => {
      request.resume()
      response.writeHead(400).write("<Error><Code>Expired")
    })
    assert.deepInclude(await facing(host, { timeoutMillis: 300 }).failure(url), {
      _tag: "StorageUnavailable",
      code: "timeout"
    })
  })

  it("gives a storage that drips its answer its time and no more", async () => {
    let isOpen = true
    const { host, url } = await storage((request, response) => {
      request.resume()
      response.writeHead(400)
      const drip = setInterval(() => response.write(" "), 10)
      response.on("close", () => {
        clearInterval(drip)
        isOpen = false
      })
    })
    assert.deepInclude(await facing(host, { timeoutMillis: 300 }).failure(url), {
      _tag: "StorageUnavailable",
      code: "timeout"
    })
    await soon(() => assert.isFalse(isOpen))
  })

  it("gives a storage that drips on after its yes its time and no more", async () => {
    let isOpen = true
    const { host, url } = await storage((request, response) => {
      let drip: NodeJS.Timeout | undefined
      request.resume().on("end", () => {
        response.writeHead(200)
        drip = setInterval(() => response.write(" "), 10)
      })
      response.on("close", () => {
        clearInterval(drip)
        isOpen = false
      })
    })
    assert.isUndefined(await facing(host, { timeoutMillis: 3000 }).put(url))
    await soon(() => assert.isFalse(isOpen))
  })

  it("gives a storage that accepts a connection and says nothing its time and no more", async () => {
    const silent = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1")
    await once(silent, "listening")
    closing.push(() => new Promise((resolve) => silent.close(resolve)))
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`
    const { failure } = facing(host, { timeoutMillis: 300 })
    assert.deepInclude(await failure(`https://${host}/x`), { _tag: "StorageUnavailable", code: "timeout" })
  })

  it("waits for a storage that is slow and makes progress", async () => {
    let read = 0
    const { host, url } = await storage((request, response) => {
      request.on("data", (chunk: Buffer) => {
        const before = read
        read += chunk.length
        // A pause for each of the first eight MiB.
        if (read >= 8 * MiB || Math.floor(read / MiB) === Math.floor(before / MiB)) return
        request.pause()
        setTimeout(() => request.resume(), 450)
      })
      request.on("end", () => response.end())
    })
    const bytes = Buffer.alloc(24 * MiB)
    await facing(host, { timeoutMillis: 3000 }).put(url, uploadOf(bytes, chunked(bytes, 24 * MiB)))
  })

  it("takes no more from the uploader than the storage takes", async () => {
    let resume = () => {}
    const { host, url } = await storage((request, response) => {
      resume = () => void request.resume().on("end", () => response.end())
      request.pause()
    })
    const size = 256 * MiB
    const chunk = Buffer.alloc(MiB)
    let taken = 0
    async function* body() {
      for (; taken < size; taken += chunk.length) yield chunk
    }
    const put = facing(host).put(url, { mediaType: "image/png", size, body: body() })
    // Until two looks in a row find no difference.
    let before = -1
    await soon(async () => {
      const now = taken
      const isStill = now > 0 && now === before
      before = now
      await pause(50)
      assert.isTrue(isStill)
    })
    assert.isBelow(taken, 64 * MiB)
    resume()
    await put
    assert.strictEqual(taken, size)
  })

  it("takes a yes for none that comes before the last byte", async () => {
    const { host, url } = await storage((_, response) => response.end())
    const bytes = image()
    const body = chunked(bytes, 100_000, (at) => at < 200_000 || new Promise(() => {}))
    assert.deepInclude(await facing(host).failure(url, uploadOf(bytes, body)), {
      _tag: "StorageUnavailable",
      code: "early_answer"
    })
  })

  it("hears a no at once, and takes nothing more from the uploader", async () => {
    const { host, url } = await storage((_, response) => response.writeHead(403).end())
    const bytes = image()
    let ended = false
    async function* body() {
      try {
        yield bytes.subarray(0, 1000)
        await pause(50)
        yield bytes.subarray(1000, 2000)
        yield bytes.subarray(2000)
      } finally {
        ended = true
      }
    }
    assert.strictEqual((await facing(host).failure(url, uploadOf(bytes, body())))._tag, "UrlExpired")
    await soon(() => assert.isTrue(ended))
  })

  /** A storage on a thread of its own that reads 64 KiB, answers 403, and closes: what is still on its way to it resets the connection. */
  const hasty = async (identity?: { readonly key: string; readonly cert: string }) => {
    const worker = new Worker(
      `const { parentPort, workerData: tls } = require("node:worker_threads")
       const { createServer } = tls ? require("node:tls") : require("node:net")
       const server = createServer(tls ?? {}, (socket) => {
         let read = 0
         // Or Nagle's algorithm holds the answer back, and the reset takes it away before it was sent.
         socket.setNoDelay(true)
         socket.on("error", () => {})
         socket.on("data", (chunk) => {
           const before = read
           read += chunk.length
           if (before >= 65536 || read < 65536) return
           socket.pause()
           const answer = "HTTP/1.1 403 Forbidden\\r\\nconnection: close\\r\\ncontent-length: 2\\r\\n\\r\\nno"
           socket.write(answer, () => socket.destroy())
         })
       })
       server.on("tlsClientError", () => {})
       server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port))`,
      { eval: true, workerData: identity }
    )
    closing.push(() => worker.terminate())
    const [port] = await once(worker, "message")
    return port as number
  }
  const toHasty = async (port: number, origin: string, change: Partial<ObjectStorageConfig> = {}) => {
    const { failure } = facing(`${new URL(origin).hostname}:${port}`, change)
    const bytes = Buffer.alloc(10 * MiB)
    const tags = new Set<string>()
    for (let i = 0; i < 40; i++) tags.add((await failure(`${origin}:${port}/x`, uploadOf(bytes)))._tag)
    assert.deepStrictEqual([...tags], ["UrlExpired"])
  }

  it("reads an answer although the storage closes while bytes are on their way", async () => {
    await toHasty(await hasty(), "http://127.0.0.1")
  })

  it("does so over TLS", async () => {
    await toHasty(await hasty(tls), "https://storage.test", { lookup: loopback })
  })

  it("uploads over TLS, and to no host whose certificate is another's", async () => {
    const server = createTlsServer(tls, storing(204)).listen(0, "127.0.0.1")
    await once(server, "listening")
    closing.push(async () => {
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const { put, failure } = facing(`storage.test:${port},other.test:${port}`, { lookup: loopback })
    await put(`https://storage.test:${port}/x`)
    assert.deepInclude(await failure(`https://other.test:${port}/x`), {
      _tag: "StorageUnavailable",
      code: "ERR_TLS_CERT_ALTNAME_INVALID"
    })
  })

  it("is broken, not told no, when the connection ends without an answer", async () => {
    const { host, url } = await storage((request) => request.once("data", () => request.socket.destroy()))
    const bytes = Buffer.alloc(10 * MiB)
    const { failure } = facing(host)
    for (let i = 0; i < 20; i++) assert.strictEqual((await failure(url, uploadOf(bytes)))._tag, "StorageUnavailable")
  })

  it("keeps its connections, also after a no that came with its whole body", async () => {
    const answers = [200, 400, 403, 404, 503]
    let seen = 0
    const { counted, host, url } = await storage((request, response) =>
      storing(answers[seen++ % answers.length])(request, response)
    )
    const { put, failure } = facing(host)
    for (let i = 0; i < 4; i++) {
      await put(url)
      for (let j = 1; j < answers.length; j++) await failure(url)
    }
    assert.isAtMost(counted.connections, 2)
  })

  it("opens no more connections than it may; the others wait", async () => {
    let [now, most] = [0, 0]
    const { host, url } = await storage((request, response) => {
      most = Math.max(most, ++now)
      request.resume().on("end", () => {
        now--
        response.end()
      })
    })
    const { put } = facing(host, { connections: 3 })
    await Promise.all(Array.from({ length: 30 }, () => put(url)))
    assert.isAtMost(most, 3)
  })

  it("passes the Date of every answer on", async () => {
    const dates: Array<number> = []
    const answers = [
      storing(200, { date: "Wed, 25 Nov 2026 10:00:01 GMT" }),
      storing(500, { date: "Wed, 25 Nov 2026 10:00:02 GMT" }),
      storing(200, { date: "today" })
    ]
    const { host, url } = await storage((request, response) => answers.shift()?.(request, response))
    const { put, failure } = facing(host, { onServerDate: (date) => dates.push(date) })
    await put(url)
    await failure(url)
    await put(url)
    assert.deepStrictEqual(
      dates,
      [1, 2].map((second) => Date.UTC(2026, 10, 25, 10, 0, second))
    )
  })

  it("reads no more than the beginning of a long answer", async () => {
    let isOpen = true
    const { host, url } = await storage((request, response) => {
      const more = () => isOpen && response.write(" ".repeat(65_536), () => setImmediate(more))
      request.resume().on("end", () => {
        response.writeHead(400).on("close", () => {
          isOpen = false
        })
        more()
      })
    })
    assert.deepInclude(await facing(host).failure(url), { _tag: "StorageRefused", code: "http_400" })
    await soon(() => assert.isFalse(isOpen))
  })

  it("hangs up when it is interrupted, and with its scope", async () => {
    const { host, url, sockets } = await storage((request) => request.resume())
    const { fork, runtime } = facing(host)
    const [one, two] = [fork(url), fork(url)]
    await soon(() => assert.strictEqual(sockets.size, 2))
    const [first] = sockets
    one.interruptUnsafe()
    await soon(() => assert.isFalse(first && sockets.has(first)))
    await runtime.dispose()
    await soon(() => assert.strictEqual(sockets.size, 0))
    two.interruptUnsafe()
  })
})
