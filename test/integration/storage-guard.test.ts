import { type LookupFunction, Socket } from "node:net"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { objectStorageHttp } from "../../src/adapters/object-storage/object-storage-http.ts"
import { ObjectStorage } from "../../src/application/ports/object-storage.ts"
import { hostsOf, image, uploadOf } from "../contract/object-storage.ts"
import { scriptedServer } from "../support/scripted-server.ts"

/** Every address that this process tries to connect to. */
const attempts: Array<string> = []
const { connect } = Socket.prototype

beforeAll(() => {
  Socket.prototype.connect = function (this: Socket, ...args: Array<unknown>) {
    this.on("connectionAttempt", (address: string, port: number) => attempts.push(`${address} ${port}`))
    return Reflect.apply(connect, this, args)
  } as typeof connect
})
afterAll(() => {
  Socket.prototype.connect = connect
})
afterEach(() => void attempts.splice(0))

const withStorage = <A>(
  hosts: string | undefined,
  lookup: LookupFunction | undefined,
  use: (storage: ObjectStorage["Service"]) => Promise<A>
): Promise<A> => {
  const layer = objectStorageHttp({ hosts: hostsOf(hosts), timeoutMillis: 3000, ...(lookup ? { lookup } : {}) })
  const runtime = ManagedRuntime.make(layer)
  return runtime
    .runPromise(Effect.flatMap(ObjectStorage, (storage) => Effect.promise(() => use(storage))))
    .finally(() => runtime.dispose())
}
const outcomeOf = async (storage: ObjectStorage["Service"], url: string) => {
  const result = await Effect.runPromise(Effect.result(storage.put(Redacted.make(url), uploadOf(image(1000)))))
  return result._tag === "Failure" ? result.failure._tag : "stored"
}
const resolving =
  (...addresses: ReadonlyArray<string>): LookupFunction =>
  (_, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
    if (all) callback(null, found)
    else callback(null, found[0]?.address ?? "", found[0]?.family)
  }
/** Answers for every name; a name must not be needed to be refused. */
const nobody = resolving("198.51.100.1")

const never = [
  "",
  " ",
  "storage.example/x",
  "//storage.example/x",
  "https://",
  "https:///",
  "http://storage.example/x",
  "https://storage.example:8443/x",
  "https://storage.example:80/x",
  "https://user@storage.example/x",
  "https://user:word@storage.example/x",
  "https://:word@storage.example/x",
  "https://storage.example..",
  "https://.storage.example/",
  "https://storage..example/",
  "https://storage/x",
  "https:///storage/x",
  "https://localhost/x",
  "https://LOCALHOST/x",
  "https://localhost./x",
  "https://127.0.0.1/x",
  "https://127.0.0.1./x",
  "https://127.1/x",
  "https://0/x",
  "https://0.0.0.0/x",
  "https://2130706433/x",
  "https://0x7f000001/x",
  "https://0x7f.1/x",
  "https://0177.0.0.1/x",
  "https://017700000001/x",
  "https://1②7.0.0.①/x",
  "https://127。0。0。1/x",
  "https:\\\\127.0.0.1\\x",
  "https:127.0.0.1",
  "https://10.0.0.1/x",
  "https://172.16.0.1/x",
  "https://192.168.1.1/x",
  "https://169.254.169.254/latest/meta-data/",
  "https://100.64.0.1/x",
  "https://8.8.8.8/x",
  "https://255.255.255.255/x",
  "https://[::1]/x",
  "https://[::]/x",
  "https://[::ffff:127.0.0.1]/x",
  "https://[::ffff:7f00:1]/x",
  "https://[64:ff9b::7f00:1]/x",
  "https://[fe80::1]/x",
  "https://[fd00::1]/x",
  "https://[ff02::1]/x",
  "https://[2001:4860:4860::8888]/x",
  "https://[fe80::1%25eth0]/x",
  "https://%31%32%37.0.0.1/x",
  "ftp://storage.example/x",
  "ws://storage.example/x",
  "file:///etc/passwd",
  "data:text/plain,x",
  "javascript:alert(1)",
  "gopher://storage.example/x",
  "blob:https://storage.example/x",
  "https://storage.example:443443/x",
  "https://storage.example\u0000/x",
  "https://stor age.example/x"
]

const notBelow = [
  "https://s3.example/x",
  "https://s3.example./x",
  "https://evils3.example/x",
  "https://a.s3.example.evil.test/x",
  "https://a.s3.example@evil.test/x",
  "https://evil.test/.s3.example",
  "https://evil.test?.s3.example",
  "https://evil.test#.s3.example",
  "https://evil.test\\.s3.example",
  "https://evil.test%2f.s3.example/x",
  "https://a.s3.example%2eevil.test/x",
  "https://a.s3.example:8443/x",
  "http://a.s3.example/x",
  "https://user@a.s3.example/x",
  "https://.s3.example/x",
  "https://a..s3.example/x",
  "https://127.0.0.1/x.s3.example"
]

const privateAddresses = [
  ["127.0.0.1"],
  ["127.255.255.254"],
  ["0.0.0.0"],
  ["10.1.2.3"],
  ["100.64.0.1"],
  ["100.127.255.255"],
  ["169.254.169.254"],
  ["172.31.255.255"],
  ["192.0.0.8"],
  ["192.0.2.1"],
  ["192.168.0.1"],
  ["198.18.0.1"],
  ["198.51.100.1"],
  ["203.0.113.1"],
  ["224.0.0.1"],
  ["239.255.255.255"],
  ["240.0.0.1"],
  ["255.255.255.255"],
  ["::"],
  ["::1"],
  ["::ffff:127.0.0.1"],
  ["::ffff:10.0.0.1"],
  ["::ffff:8.8.8.8"],
  ["::127.0.0.1"],
  ["64:ff9b::10.0.0.1"],
  ["64:ff9b::169.254.169.254"],
  ["64:ff9b:1::1"],
  ["100::1"],
  ["2001::1"],
  ["2001:db8::1"],
  ["2002:7f00:1::"],
  ["3fff::1"],
  ["fc00::1"],
  ["fd12:3456::1"],
  ["fe80::1"],
  ["fec0::1"],
  ["ff02::1"],
  ["10.0.0.1", "::1", "fd00::1"]
]

describe("which storages are called", () => {
  it("counts what it is to count", async () => {
    const { host, url, close } = await scriptedServer((request, response) =>
      request.resume().on("end", () => response.end())
    )
    await withStorage(host, undefined, async (storage) => {
      assert.strictEqual(await outcomeOf(storage, `${url}/x`), "stored")
    })
    assert.deepStrictEqual(attempts, [host.replace(":", " ")])
    await close()
  })

  it.each([
    ["any public host", undefined, never],
    ["hosts below a name", "*.s3.example", [...never, ...notBelow]],
    ["one host", "other.example:9000", [...never, ...notBelow, "https://storage.example/x"]]
  ])("with %s: no connection is tried to what may not be called", async (_, hosts, urls) => {
    await withStorage(hosts, nobody, async (storage) => {
      for (const url of urls) {
        assert.isFalse(storage.accepts(Redacted.make(url)), url)
        assert.strictEqual(await outcomeOf(storage, url), "StorageHostRefused", url)
      }
    })
    assert.deepStrictEqual(attempts, [])
  })

  it.each([
    [undefined, "https://storage.example/x"],
    [undefined, "https://storage.example:443/x"],
    [undefined, "https://storage.example./x"],
    [undefined, "HTTPS://STORAGE.EXAMPLE/x"],
    [undefined, "https://bücher.example/x"],
    ["*.s3.example", "https://a.s3.example/x"],
    ["*.s3.example", "https://a.b.S3.example./x"],
    ["*.s3.example.", "https://a.s3.example/x"],
    ["one.example", "https://one.example/x"],
    ["one.example", "http://one.example/x"],
    ["One.Example.", "https://one.example./x"],
    ["one.example:9000", "http://one.example:9000/x"],
    ["one.example:443", "https://one.example/x"],
    ["10.0.0.7", "http://10.0.0.7/x"],
    ["10.0.0.7:9000", "https://0xa000007:9000/x"],
    ["[fd00::7]:9000", "http://[fd00:0::7]:9000/x"],
    ["localhost:9000 , *.s3.example", "http://localhost:9000/x"]
  ])("ESIGN_STORAGE_HOSTS=%s lets %s be called", async (hosts, url) => {
    await withStorage(hosts, nobody, async (storage) => assert.isTrue(storage.accepts(Redacted.make(url))))
  })

  it.each([
    ["one.example", "http://one.example:8080/x"],
    ["one.example:9000", "http://one.example/x"],
    ["one.example:9000", "http://two.example:9000/x"],
    ["one.example", "https://a.one.example/x"],
    ["127.0.0.1:9000", "http://127.0.0.1:9001/x"],
    ["one.example:9000", "http://user@one.example:9000/x"],
    ["*.s3.example", "https://storage.example/x"]
  ])("ESIGN_STORAGE_HOSTS=%s does not let %s be called", async (hosts, url) => {
    await withStorage(hosts, nobody, async (storage) => assert.isFalse(storage.accepts(Redacted.make(url))))
  })

  it.each(privateAddresses)("a name that leads to %s is not connected to", async (...addresses) => {
    for (const hosts of [undefined, "*.example"]) {
      await withStorage(hosts, resolving(...addresses), async (storage) => {
        assert.isTrue(storage.accepts(Redacted.make("https://storage.example/x")))
        assert.strictEqual(await outcomeOf(storage, "https://storage.example/x"), "StorageHostRefused")
      })
    }
    assert.deepStrictEqual(attempts, [])
  })

  it("a name that does not exist is an outage", async () => {
    const lookup: LookupFunction = (_, __, callback) => callback(Object.assign(new Error(), { code: "ENOTFOUND" }), "")
    await withStorage(undefined, lookup, async (storage) =>
      assert.strictEqual(await outcomeOf(storage, "https://storage.example/x"), "StorageUnavailable")
    )
    assert.deepStrictEqual(attempts, [])
  })

  it("a name that was listed may lead anywhere", async () => {
    const { host, close } = await scriptedServer((request, response) =>
      request.resume().on("end", () => response.end())
    )
    const [, port] = host.split(":")
    await withStorage(`storage.internal:${port}`, resolving("127.0.0.1"), async (storage) =>
      assert.strictEqual(await outcomeOf(storage, `http://storage.internal:${port}/x`), "stored")
    )
    await close()
  })

  it("follows no redirect", async () => {
    const evil = await scriptedServer((_, response) => response.end())
    const { host, url, close } = await scriptedServer((request, response) =>
      request.resume().on("end", () => response.writeHead(307, { location: evil.url }).end())
    )
    await withStorage(host, undefined, async (storage) =>
      assert.strictEqual(await outcomeOf(storage, url), "StorageRefused")
    )
    assert.strictEqual(evil.counted.connections, 0)
    await close()
    await evil.close()
  })
})
