import { createHash, randomBytes, randomUUID } from "node:crypto"
import { Effect, type Layer, ManagedRuntime, Redacted, Result } from "effect"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { parseStorageHosts, type StorageHosts } from "../../src/adapters/object-storage/storage-hosts.ts"
import { ObjectStorage, type Upload } from "../../src/application/ports/object-storage.ts"
import { type SimulatorProcess, startSimulator } from "../support/simulator.ts"
import { partnerOf, soon, userWith } from "../support/simulator-partner.ts"

export const hostsOf = (text?: string): StorageHosts => Result.getOrThrow(parseStorageHosts(text))

/** A PNG as far as its first bytes go. */
export const image = (size = 300_000): Buffer =>
  Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), randomBytes(size - 8)])

/** Bytes in chunks; `before` is called before each one and may throw. */
export async function* chunked(
  bytes: Uint8Array,
  size = 50_000,
  before: (offset: number) => unknown = () => {}
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await before(at)
    yield bytes.subarray(at, at + size)
  }
}

export const uploadOf = (bytes: Uint8Array, body: AsyncIterable<Uint8Array> = chunked(bytes)): Upload => ({
  mediaType: "image/png",
  size: bytes.length,
  body
})

export type ObjectStorageLayer = (config: {
  readonly hosts: StorageHosts
  readonly timeoutMillis: number
}) => Layer.Layer<ObjectStorage>

/** What every object storage adapter does (contract/esign-api §4.3). */
export const objectStorageContract = (name: string, adapter: ObjectStorageLayer) =>
  describe(`ObjectStorage: ${name}`, () => {
    let simulator: SimulatorProcess
    let runtime: ManagedRuntime.ManagedRuntime<ObjectStorage, never>
    /** For a storage that hangs. */
    let impatient: typeof runtime
    const runtimeOf = (timeoutMillis: number) =>
      ManagedRuntime.make(adapter({ hosts: hostsOf(simulator.storageHost), timeoutMillis }))

    beforeAll(async () => {
      simulator = await startSimulator({ hangMs: 600_000, slowMs: 50 })
      runtime = runtimeOf(60_000)
      impatient = runtimeOf(500)
    })
    afterAll(async () => {
      await Promise.all([runtime.dispose(), impatient.dispose()])
      await simulator.stop()
    })
    afterEach(async () => {
      assert.deepStrictEqual((await simulator.ledger()).violations, [])
      await simulator.reset()
    })

    const putting = (url: string, upload: Upload) =>
      Effect.flatMap(ObjectStorage, (storage) => storage.put(Redacted.make(url), upload))
    const put = (url: string, upload: Upload) => runtime.runPromise(putting(url, upload))
    const failure = (url: string, upload: Upload, by = runtime) => by.runPromise(Effect.flip(putting(url, upload)))
    const byFault = (fault: unknown) => (fault === "hang" ? impatient : runtime)

    const opened = async (userId = userWith()) => ({ userId, ...(await (await partnerOf(simulator, userId)).open()) })
    const objectsOf = async (userId: string) => (await simulator.user(userId)).submissions.at(-1)?.objects ?? {}

    it.each(["KTP", "SELFIE"] as const)("stores the bytes of the %s as they are", async (document) => {
      const user = await opened()
      const bytes = image()
      assert.isUndefined(await put(user[document], uploadOf(bytes)))
      assert.deepInclude((await objectsOf(user.userId))[document], {
        sha256: createHash("sha256").update(bytes).digest("hex"),
        size: bytes.length,
        mediaType: "image/png",
        puts: 1
      })
    })

    it.each([1, 7, 65_536, 10_000_000])("stores bytes that come %i at a time", async (size) => {
      const { userId, KTP } = await opened()
      const bytes = image(size < 100 ? 2000 : 400_000)
      await put(KTP, uploadOf(bytes, chunked(bytes, size)))
      assert.propertyVal((await objectsOf(userId)).KTP, "sha256", createHash("sha256").update(bytes).digest("hex"))
    })

    it.each(["expired", "signature", "expired-token", "403-early"])("says that a URL ran out (%s)", async (fault) => {
      const { KTP } = await opened()
      await simulator.script({ faults: { put: [fault] } })
      assert.strictEqual((await failure(KTP, uploadOf(image())))._tag, "UrlExpired")
    })

    it("says that a URL ran out by the clock, or with the credential in it", async () => {
      for (const value of ["gone-urls", "gone-tokens"]) {
        const { KTP } = await opened(userWith(value))
        assert.strictEqual((await failure(KTP, uploadOf(image())))._tag, "UrlExpired")
      }
    })

    it.each([
      [400, "http_400"],
      [{ status: 400, code: "InvalidDigest" }, "http_400"],
      [{ status: 400, text: "ExpiredToken" }, "http_400"],
      [401, "http_401"],
      [404, "http_404"],
      [411, "http_411"],
      [201, "http_201"],
      ["redirect", "http_307"],
      ["400-early", "http_400"]
    ])("answered by %j is refused for good", async (fault, code) => {
      const { KTP } = await opened()
      await simulator.script({ faults: { put: [fault] } })
      assert.deepInclude(await failure(KTP, uploadOf(image())), { _tag: "StorageRefused", code })
    })

    it.each([
      ["request-timeout", "RequestTimeout"],
      [408, "http_408"],
      [429, "http_429"],
      [500, "http_500"],
      ["slow-down", "http_503"],
      [501, "http_501"],
      ["503-early", "http_503"],
      ["hang", "timeout"],
      ["drop", "UND_ERR_SOCKET"],
      ["drop-early", undefined],
      ["drop-after", "UND_ERR_SOCKET"]
    ])("answered by %j is worth another try", async (fault, code) => {
      const { userId, KTP } = await opened()
      await simulator.script({ faults: { put: [fault] } })
      const error = await failure(KTP, uploadOf(image()), byFault(fault))
      assert.strictEqual(error._tag, "StorageUnavailable")
      if (code !== undefined) assert.propertyVal(error, "code", code)
      await put(KTP, uploadOf(image()))
      assert.property(await objectsOf(userId), "KTP")
    })

    it("takes the status of a success that was cut off after it", async () => {
      const { userId, KTP } = await opened()
      await simulator.script({ faults: { put: ["cut"] } })
      await put(KTP, uploadOf(image()))
      assert.property(await objectsOf(userId), "KTP")
    })

    it.each([0, 100_000, 250_000])("never completes a body that breaks off after %i bytes", async (offset) => {
      const { userId, KTP } = await opened()
      const bytes = image()
      const body = chunked(bytes, 50_000, (at) => {
        if (at === offset) throw new Error("no more")
      })
      assert.strictEqual((await failure(KTP, uploadOf(bytes, body)))._tag, "BodyAborted")
      if (offset > 0) await soon(async () => assert.strictEqual((await simulator.ledger()).abortedUploads, 1))
      assert.deepStrictEqual(await objectsOf(userId), {})
    })

    it.each([-1, 1])("never completes a body of %i bytes more than promised", async (more) => {
      const { userId, KTP } = await opened()
      const bytes = image()
      const upload = { ...uploadOf(bytes), size: bytes.length - more }
      assert.strictEqual((await failure(KTP, upload))._tag, "BodyAborted")
      await soon(async () => assert.strictEqual((await simulator.ledger()).abortedUploads, 1))
      assert.deepStrictEqual(await objectsOf(userId), {})
    })

    it("is torn down when it is interrupted", async () => {
      const { userId, KTP } = await opened()
      const bytes = image()
      const never = new Promise(() => {})
      const sent = Promise.withResolvers<void>()
      const body = chunked(bytes, 50_000, (at) => {
        if (at < 200_000) return undefined
        sent.resolve()
        return never
      })
      const fiber = runtime.runFork(putting(KTP, uploadOf(bytes, body)))
      await sent.promise
      fiber.interruptUnsafe()
      await soon(async () => assert.strictEqual((await simulator.ledger()).abortedUploads, 1))
      assert.deepStrictEqual(await objectsOf(userId), {})
    })

    it("keeps the URL out of its errors", async () => {
      const { KTP } = await opened()
      const secrets = new RegExp(`X-Amz|${simulator.storageHost}|${new URL(KTP).pathname}`)
      for (const fault of [400, 403, 404, 500, "drop", "hang", "redirect"]) {
        await simulator.script({ faults: { put: [fault] } })
        const error = await failure(KTP, uploadOf(image()), byFault(fault))
        assert.notMatch(`${JSON.stringify(error)} ${error.stack} ${String(error)}`, secrets)
      }
    })

    it("accepts the URLs of its storage, and no others", async () => {
      const { KTP } = await opened()
      const accepts = (url: string) =>
        runtime.runPromise(Effect.map(ObjectStorage, (storage) => storage.accepts(Redacted.make(url))))
      assert.isTrue(await accepts(KTP))
      for (const url of [`http://127.0.0.1:1/${randomUUID()}`, "https://storage.example/x", "", "not a URL"]) {
        assert.isFalse(await accepts(url))
        assert.strictEqual((await failure(url, uploadOf(image())))._tag, "StorageHostRefused")
      }
    })
  })
