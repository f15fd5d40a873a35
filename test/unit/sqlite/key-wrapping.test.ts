import { createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { makeKeyWrapping } from "../../../src/adapters/sqlite/key-wrapping.ts"

describe("a wrapped key", () => {
  it("is RFC 3394 under HKDF-SHA-256 of master key, vault id and key id, as others compute them", () => {
    const [master, key] = [randomBytes(32), randomBytes(32)]
    const wrapped = makeKeyWrapping([Redacted.make(master)], "vault-1").wrap("key-1", key)
    const under = Buffer.from(hkdfSync("sha256", master, "vault-1", "certreg key key-1", 32))
    const decipher = createDecipheriv("id-aes256-wrap", under, Buffer.alloc(8, 0xa6))
    expect(Buffer.concat([decipher.update(wrapped, "base64"), decipher.final()])).toEqual(key)
  })

  it("opens under each of the master keys, and neither in another vault nor under another id", () => {
    const masters = [randomBytes(32), randomBytes(32)].map((key) => Redacted.make(key)) as [
      Redacted.Redacted<Buffer>,
      Redacted.Redacted<Buffer>
    ]
    const key = randomBytes(32)
    const wrapped = makeKeyWrapping([masters[1]], "vault-1").wrap("key-1", key)
    expect(makeKeyWrapping(masters, "vault-1").unwrap("key-1", wrapped)).toEqual(key)
    expect(makeKeyWrapping([masters[0]], "vault-1").unwrap("key-1", wrapped)).toBeUndefined()
    expect(makeKeyWrapping(masters, "vault-2").unwrap("key-1", wrapped)).toBeUndefined()
    expect(makeKeyWrapping(masters, "vault-1").unwrap("key-2", wrapped)).toBeUndefined()
  })

  it("of which nothing is left does not open, and is no key of no bytes", () => {
    const { unwrap } = makeKeyWrapping([Redacted.make(randomBytes(32))], "vault-1")
    for (const wrapped of ["", "x", `=${"A".repeat(53)}==`]) expect(unwrap("key-1", wrapped)).toBeUndefined()
  })
})
