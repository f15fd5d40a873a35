import { getDefaultAutoSelectFamily, type LookupFunction, setDefaultAutoSelectFamily } from "node:net"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { objectStorageHttp } from "../../src/adapters/object-storage/object-storage-http.ts"
import { ObjectStorage } from "../../src/application/ports/object-storage.ts"
import { hostsOf, image, uploadOf } from "../contract/object-storage.ts"
import { answering, type DialProbe, dialProbe } from "../contract/object-storage-dials.ts"
import { storageSettings, storageUrls } from "../contract/object-storage-urls.ts"
import { scriptedServer } from "../support/scripted-server.ts"

let probe: DialProbe
beforeAll(async () => {
  probe = await dialProbe()
})
afterAll(() => probe.close())
afterEach(() => {
  probe.deaf.clear()
  probe.seen()
})

const facing = async <A>(
  hosts: string | undefined,
  lookup: LookupFunction | undefined,
  use: (put: (url: string) => Promise<string>, accepts: (url: string) => boolean) => Promise<A>
): Promise<A> => {
  const runtime = ManagedRuntime.make(
    objectStorageHttp({ hosts: hostsOf(hosts), timeoutMillis: 3000, ...(lookup ? { lookup } : {}) })
  )
  const storage = await runtime.runPromise(ObjectStorage)
  const put = async (url: string) => {
    const exit = await Effect.runPromise(Effect.result(storage.put(Redacted.make(url), uploadOf(image(1000)))))
    return exit._tag === "Failure" ? exit.failure._tag : "stored"
  }
  return use(put, (url) => storage.accepts(Redacted.make(url))).finally(() => runtime.dispose())
}
const nothing = { dialled: [], connections: 0 }
const aPublic = "8.8.8.8"
const url = "https://storage.example/x"

describe.each(Object.entries(storageSettings))("presigned URLs, ESIGN_STORAGE_HOSTS %s", (setting, hosts) => {
  const [called, refused] = [true, false].map((isCalled) =>
    storageUrls.filter(([, settings]) => settings.includes(setting) === isCalled).map(([text]) => text)
  )

  it(`${refused?.length} are refused: no name is asked for, and no connection is tried`, async () => {
    const { asked, lookup } = answering([aPublic])
    await facing(hosts, lookup, async (put, accepts) => {
      for (const text of refused ?? []) {
        assert.isFalse(accepts(text), text)
        assert.strictEqual(await put(text), "StorageHostRefused", text)
        assert.deepStrictEqual(probe.seen(), nothing, text)
      }
    })
    assert.deepStrictEqual(asked, [])
  })

  it(`${called?.length} are called, each at one address and at its own port`, async () => {
    const { lookup } = answering([aPublic])
    for (const text of called ?? []) {
      await facing(hosts, lookup, async (put, accepts) => {
        assert.isTrue(accepts(text), text)
        // The storage of the probe speaks no TLS.
        assert.strictEqual(await put(text), text.startsWith("http:") ? "stored" : "StorageUnavailable", text)
      })
      const { hostname, port, protocol } = new URL(text)
      const address = hostname.startsWith("[") ? "::1" : /^[\d.]+$/.test(hostname) ? hostname : aPublic
      const usual = protocol === "https:" ? "443" : "80"
      assert.deepStrictEqual(probe.seen(), { dialled: [`${address} ${port || usual}`], connections: 1 }, text)
    }
  })
})

/** First and last of each range that is not public, and what carries a private address inside. */
const notPublic = [
  ["0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255"],
  ["127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0"],
  ["172.31.255.255", "192.0.0.8", "192.0.0.255", "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.255", "224.0.0.1", "239.255.255.255"],
  ["240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
  ["::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254"],
  ["64:ff9b::172.31.255.255", "64:ff9b::192.168.255.255", "64:ff9b::100.127.255.255", "64:ff9b::255.255.255.255"],
  ["64:ff9b:1::1", "64:ff9b::1:808:808", "100::1", "2001::1", "2001:0:7f00:1::", "2001:1ff:ffff::1", "2001:db8::1"],
  ["2001:db8:ffff::1", "2002::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1"],
  ["fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "1fff::1"],
  ["fe80::1%eth0", "no address"]
].flat()
const isPublic = [
  ["1.0.0.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"],
  ["169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0"],
  ["198.17.255.255", "198.20.0.0", "223.255.255.255", "2000::1", "2001:200::1", "2001:4860:4860::8888"],
  ["2606:4700::1", "3ffe::1", "64:ff9b::8.8.8.8", "64:ff9b::11.0.0.1", "64:ff9b::172.32.0.1"]
].flat()

describe("the address behind a name", () => {
  it(`is not connected to where it is not public (${notPublic.length})`, async () => {
    for (const hosts of [undefined, "*.example"])
      for (const address of notPublic) {
        await facing(hosts, answering([address]).lookup, async (put, accepts) => {
          assert.isTrue(accepts(url))
          assert.strictEqual(await put(url), "StorageHostRefused", address)
        })
        assert.deepStrictEqual(probe.seen(), nothing, address)
      }
  })

  it(`is connected to where it is public (${isPublic.length})`, async () => {
    for (const address of isPublic) {
      await facing(undefined, answering([address]).lookup, async (put) => {
        assert.strictEqual(await put(url), "StorageUnavailable", address)
      })
      assert.deepStrictEqual(probe.seen(), { dialled: [`${address} 443`], connections: 1 })
    }
  })

  it("counts as it is when connecting: what was public once is refused once it is private, and the other way round", async () => {
    const { asked, lookup } = answering([aPublic], ["169.254.169.254"], ["1.1.1.1"], ["127.0.0.1", "::1"])
    await facing(undefined, lookup, async (put, accepts) => {
      const outcomes: Array<string> = []
      for (let i = 0; i < 5; i++) {
        assert.isTrue(accepts(url))
        outcomes.push(await put(url))
      }
      const [down, refused] = ["StorageUnavailable", "StorageHostRefused"]
      assert.deepStrictEqual(outcomes, [down, refused, down, refused, refused])
    })
    assert.deepStrictEqual(probe.seen().dialled, ["8.8.8.8 443", "1.1.1.1 443"])
    // Once a connection: there is no second answer that could differ from the one that was looked at.
    assert.strictEqual(asked.length, 5)
  })

  const mixed = ["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1", "fd00::1", "127.0.0.1", "1.1.1.1", "169.254.169.254"]
  const publicOnes = ["8.8.8.8", "2606:4700::1", "1.1.1.1"]

  it("is one of several: when one does not answer the next public one is tried, and never a private one", async () => {
    for (const address of publicOnes) probe.deaf.add(address)
    await facing(undefined, answering(mixed).lookup, async (put) => {
      assert.strictEqual(await put(url), "StorageUnavailable")
    })
    const { connections, dialled } = probe.seen()
    assert.deepStrictEqual([...dialled].sort(), publicOnes.map((address) => `${address} 443`).sort())
    assert.strictEqual(connections, 0)
  })

  it("is the first public one where only one is tried", async () => {
    const isUsual = getDefaultAutoSelectFamily()
    setDefaultAutoSelectFamily(false)
    try {
      await facing(undefined, answering(mixed).lookup, (put) => put(url))
      assert.deepStrictEqual(probe.seen().dialled, ["8.8.8.8 443"])
      await facing(undefined, answering(["10.0.0.1"]).lookup, async (put) => {
        assert.strictEqual(await put(url), "StorageHostRefused")
      })
      assert.deepStrictEqual(probe.seen(), nothing)
    } finally {
      setDefaultAutoSelectFamily(isUsual)
    }
  })

  it("may be any, of a name that was listed", async () => {
    for (const address of ["127.0.0.1", "10.0.0.1", "fd00::1", "::ffff:10.0.0.1"]) {
      await facing("storage.internal:9000", answering([address]).lookup, async (put) => {
        assert.strictEqual(await put("http://storage.internal:9000/x"), "stored", address)
      })
      assert.deepStrictEqual(probe.seen(), { dialled: [`${address} 9000`], connections: 1 })
    }
  })

  it.each([
    ["it does not exist", Object.assign(new Error(), { code: "ENOTFOUND" })],
    ["its answer is empty", null]
  ])("is an outage, not a refusal, when %s", async (_, error) => {
    const lookup: LookupFunction = (_name, _options, callback) => callback(error, [])
    await facing(undefined, lookup, async (put) => assert.strictEqual(await put(url), "StorageUnavailable"))
    assert.deepStrictEqual(probe.seen(), nothing)
  })

  it("is found by the machine's own resolver unless told otherwise", async () => {
    await facing("localhost:9000", undefined, async (put) => {
      assert.strictEqual(await put("http://localhost:9000/x"), "stored")
    })
    assert.match(probe.seen().dialled.join(), /^(127\.0\.0\.1|::1) 9000/)
  })
})

it("no redirect is followed, wherever it leads", async () => {
  const locations = [
    "http://127.0.0.1:9/x",
    "https://storage.example/y",
    "//10.0.0.1/x",
    "/y",
    "file:///etc/passwd",
    ""
  ]
  for (const status of [301, 302, 303, 307, 308])
    for (const location of locations) {
      const server = await scriptedServer((request, response) =>
        request.resume().on("end", () => response.writeHead(status, { location, refresh: `0; url=${location}` }).end())
      )
      // Outside of the probe, which leads everything to a storage of its own.
      await probe.aside(server.host, () =>
        facing(server.host, undefined, async (put) => assert.strictEqual(await put(server.url), "StorageRefused"))
      )
      assert.deepStrictEqual(probe.seen().dialled, [server.host.replace(":", " ")])
      await server.close()
    }
})
