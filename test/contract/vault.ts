import { assert, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { DoesNotOpen, KeyMissing, type SealedField, Vault } from "../../src/application/ports/vault.ts"
import { newId } from "../support/stored-events.ts"
import { here, masterKey, sealNew, secret, type VaultUnderTest } from "../support/vault-under-test.ts"
import { vaultStartsContract } from "./vault-starts.ts"

/** What every vault does. */
export const vaultContract = (name: string, make: () => VaultUnderTest) => {
  layer(make().layer([masterKey(1)]), { excludeTestServices: true })(`Vault: ${name}`, (it) => {
    it.effect("opens what it sealed", () =>
      Effect.gen(function* () {
        const sealed = yield* sealNew
        const opened = yield* (yield* Vault).open(sealed, here)
        assert.strictEqual(Redacted.value(opened), Redacted.value(secret))
      })
    )

    it.effect("seals the same text to another box each time, under 12-byte nonces and 16-byte tags", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const first = yield* sealNew
        const second = yield* vault.seal(first.keyId, here, secret)
        assert.notStrictEqual(first.nonce, second.nonce)
        assert.notStrictEqual(first.box, second.box)
        assert.strictEqual(Buffer.from(first.nonce, "base64").length, 12)
        const plainLength = Buffer.byteLength(Redacted.value(secret))
        assert.strictEqual(Buffer.from(first.box, "base64").length, plainLength + 16)
      })
    )

    it.effect("opens nothing at another place", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const sealed = yield* sealNew
        const places: ReadonlyArray<SealedField> = [
          { ...here, stream: "other" },
          { ...here, type: "UrlsIssued" },
          { ...here, field: "urls" }
        ]
        for (const place of places)
          assert.deepStrictEqual(
            yield* Effect.flip(vault.open(sealed, place)),
            new DoesNotOpen({ keyId: sealed.keyId })
          )
      })
    )

    it.effect("tells places apart whose names only join to the same", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const { keyId } = yield* sealNew
        const sealed = yield* vault.seal(keyId, { stream: 'a","b', type: "c", field: "d" }, secret)
        const error = yield* Effect.flip(vault.open(sealed, { stream: "a", type: 'b","c', field: "d" }))
        assert.deepStrictEqual(error, new DoesNotOpen({ keyId }))
      })
    )

    it.effect("opens nothing that was changed, shortened or sealed under another key", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const sealed = yield* sealNew
        const other = yield* sealNew
        const box = Buffer.from(sealed.box, "base64")
        const flipped = Buffer.from(box)
        flipped[3] = (flipped[3] ?? 0) ^ 1
        const tagFlipped = Buffer.from(box)
        tagFlipped[box.length - 1] = (tagFlipped[box.length - 1] ?? 0) ^ 1
        const boxes = [flipped, tagFlipped, Buffer.alloc(0), ...[1, 4, 8, 12].map((cut) => box.subarray(0, -cut))]
        const forged = [
          ...boxes.map((changed) => ({ ...sealed, box: changed.toString("base64") })),
          { ...sealed, nonce: other.nonce },
          { ...sealed, nonce: "" },
          { ...sealed, nonce: sealed.nonce.slice(0, 8) },
          { ...sealed, keyId: other.keyId }
        ]
        for (const each of forged) assert.strictEqual((yield* Effect.flip(vault.open(each, here)))._tag, "DoesNotOpen")
      })
    )

    it.effect("takes no tag of less than 16 bytes", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const sealed = yield* sealNew
        const box = Buffer.from(sealed.box, "base64")
        const text = box.subarray(0, -16)
        const tag = box.subarray(-16)
        for (const size of [4, 8, 12, 13, 14, 15]) {
          const short = Buffer.concat([text, tag.subarray(0, size)]).toString("base64")
          assert.strictEqual((yield* Effect.flip(vault.open({ ...sealed, box: short }, here)))._tag, "DoesNotOpen")
        }
      })
    )

    it.effect("keeps the key that an id has", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const sealed = yield* sealNew
        yield* vault.createKey(sealed.keyId)
        yield* vault.open(sealed, here)
      })
    )

    it.effect("says that a key is missing which was never made", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const sealed = { ...(yield* sealNew), keyId: newId() }
        const missing = new KeyMissing({ keyId: sealed.keyId })
        assert.deepStrictEqual(yield* Effect.flip(vault.open(sealed, here)), missing)
        assert.deepStrictEqual(yield* Effect.flip(vault.seal(sealed.keyId, here, secret)), missing)
        assert.deepStrictEqual(yield* Effect.flip(vault.fingerprint(sealed.keyId, secret)), missing)
      })
    )

    it.effect("fingerprints alike under one key, and differently under another", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const { keyId } = yield* sealNew
        const first = yield* vault.fingerprint(keyId, secret)
        assert.match(first, /^[0-9a-f]{64}$/)
        assert.strictEqual(yield* vault.fingerprint(keyId, secret), first)
        assert.notStrictEqual(yield* vault.fingerprint(keyId, Redacted.make("another")), first)
        assert.notStrictEqual(yield* vault.fingerprint((yield* sealNew).keyId, secret), first)
        assert.notStrictEqual(yield* vault.keyedHash(secret), first)
      })
    )

    it.effect("knows a key by its fingerprint, which is that of no text", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const { keyId } = yield* sealNew
        const known = yield* vault.keyFingerprint(keyId)
        assert.match(known, /^[0-9a-f]{64}$/)
        assert.strictEqual(yield* vault.keyFingerprint(keyId), known)
        assert.notStrictEqual(yield* vault.keyFingerprint((yield* sealNew).keyId), known)
        for (const text of ["", "fingerprint"])
          assert.notStrictEqual(yield* vault.fingerprint(keyId, Redacted.make(text)), known)
        const missing = newId()
        const error = yield* Effect.flip(vault.keyFingerprint(missing))
        assert.deepStrictEqual(error, new KeyMissing({ keyId: missing }))
      })
    )
  })

  vaultStartsContract(name, make)
}
