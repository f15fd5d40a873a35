import { Result } from "effect"
import { assert, describe, it } from "vitest"
import { isPublicAddress, publicLookup } from "../../../src/adapters/object-storage/public-address.ts"
import { parseStorageHosts } from "../../../src/adapters/object-storage/storage-hosts.ts"

describe("ESIGN_STORAGE_HOSTS", () => {
  it.each([undefined, "", "  "])("%j is unset: any public host", (text) => {
    assert.deepStrictEqual(Result.getOrThrow(parseStorageHosts(text)), { exact: [], suffixes: [], anyPublic: true })
  })

  it("is read entry by entry, in one spelling", () => {
    assert.deepStrictEqual(
      Result.getOrThrow(
        parseStorageHosts(" Minio.Internal:9000, 0x7f.1:80,[FD00:0::1]:9000 ,bücher.example, *.S3.Amazonaws.com.,")
      ),
      {
        exact: [
          { host: "minio.internal", port: 9000 },
          { host: "127.0.0.1", port: 80 },
          { host: "[fd00::1]", port: 9000 },
          { host: "xn--bcher-kva.example", port: undefined }
        ],
        suffixes: [".s3.amazonaws.com"],
        anyPublic: false
      }
    )
  })

  it.each([
    ",",
    "*",
    "*.",
    "*example",
    "a.*.example",
    "*.127.0.0.1",
    "*.example:443",
    "https://one.example",
    "one.example/path",
    "one.example?x",
    "one.example#x",
    "user@one.example",
    "one.example:",
    "one.example:0",
    "one.example:65536",
    "one.example:http",
    "one example",
    "::1",
    "[::1",
    "[one.example]",
    "one%2eexample",
    "one.example,two.example:x"
  ])("%j is refused with what it takes", (text) => {
    assert.deepStrictEqual(
      parseStorageHosts(text),
      Result.fail("takes a comma-separated list of host[:port] and *.suffix")
    )
  })
})

describe("a public address", () => {
  it.each([
    "8.8.8.8",
    "52.219.0.1",
    "100.128.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1",
    "64:ff9b::8.8.8.8"
  ])("is %s", (address) => {
    assert.isTrue(isPublicAddress(address))
  })

  it.each([true, false])("is what a name is resolved to, and nothing else (all: %s)", (all) => {
    const lookup = publicLookup((_, __, callback) =>
      callback(null, [
        { address: "10.0.0.1", family: 4 },
        { address: "8.8.8.8", family: 4 },
        { address: "::1", family: 6 }
      ])
    )
    const answers: Array<unknown> = []
    lookup("storage.example", { all }, (...answer) => answers.push(answer))
    assert.deepStrictEqual(answers, [all ? [null, [{ address: "8.8.8.8", family: 4 }]] : [null, "8.8.8.8", 4]])
  })
})
