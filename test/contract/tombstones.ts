import { assert, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { type KeyState, Tombstones } from "../../src/application/ports/tombstones.ts"
import { DataErased, Vault } from "../../src/application/ports/vault.ts"
import { receiptFor } from "../support/receipts.ts"
import { newId } from "../support/stored-events.ts"
import { here, masterKey, sealNew, secret, using, type VaultUnderTest } from "../support/vault-under-test.ts"

const tombstone = (keyId: string, registrationId = "one") => ({ keyId, receipt: receiptFor(registrationId) })
const destroyed = (registrationId = "one"): KeyState => ({ _tag: "Destroyed", receipt: receiptFor(registrationId) })

/** What all tombstones do, beside the vault whose keys they stand for. */
export const tombstonesContract = (name: string, make: () => VaultUnderTest) => {
  layer(make().layer([masterKey(1)]), { excludeTestServices: true })(`Tombstones: ${name}`, (it) => {
    it.effect("destroys keys for good, and only those", () =>
      Effect.gen(function* () {
        const vault = yield* Vault
        const { destroy } = yield* Tombstones
        const [one, two, other] = [yield* sealNew, yield* sealNew, yield* sealNew]
        yield* destroy([tombstone(one.keyId), tombstone(two.keyId)])
        for (const { keyId, ...box } of [one, two]) {
          yield* vault.createKey(keyId)
          const erased = new DataErased({ keyId })
          assert.deepStrictEqual(yield* Effect.flip(vault.open({ keyId, ...box }, here)), erased)
          assert.deepStrictEqual(yield* Effect.flip(vault.seal(keyId, here, secret)), erased)
          assert.deepStrictEqual(yield* Effect.flip(vault.fingerprint(keyId, secret)), erased)
          assert.deepStrictEqual(yield* Effect.flip(vault.keyFingerprint(keyId)), erased)
        }
        yield* vault.open(other, here)
      })
    )

    it.effect("tells a key that is there from one that was destroyed, and from one that is missing", () =>
      Effect.gen(function* () {
        const { destroy, stateOf } = yield* Tombstones
        const { keyId } = yield* sealNew
        assert.deepStrictEqual(yield* stateOf(keyId), { _tag: "Present" })
        yield* destroy([tombstone(keyId)])
        assert.deepStrictEqual(yield* stateOf(keyId), destroyed())
        assert.deepStrictEqual(yield* stateOf(newId()), { _tag: "Missing" })
      })
    )

    it.effect("leaves a tombstone for a key that was never there", () =>
      Effect.gen(function* () {
        const { destroy, stateOf } = yield* Tombstones
        const vault = yield* Vault
        const keyId = newId()
        const { keyFingerprint: _, ...receipt } = receiptFor("one")
        yield* destroy([{ keyId, receipt }])
        assert.deepStrictEqual(yield* stateOf(keyId), { _tag: "Destroyed", receipt })
        assert.strictEqual((yield* Effect.flip(vault.seal(keyId, here, secret)))._tag, "DataErased")
      })
    )

    it.effect("keeps the first receipt, within a batch as well", () =>
      Effect.gen(function* () {
        const { destroy, stateOf } = yield* Tombstones
        const [one, two] = [(yield* sealNew).keyId, (yield* sealNew).keyId]
        yield* destroy([tombstone(one, "one"), tombstone(one, "two"), tombstone(two, "two")])
        yield* destroy([tombstone(two, "three"), tombstone(one, "three")])
        assert.deepStrictEqual(yield* stateOf(one), destroyed("one"))
        assert.deepStrictEqual(yield* stateOf(two), destroyed("two"))
      })
    )

    it.effect("destroys nothing when there is nothing to destroy", () =>
      Effect.gen(function* () {
        const { destroy } = yield* Tombstones
        yield* destroy([])
      })
    )
  })

  it.live(`Tombstones: ${name}: pages through them by key, each once, also after a restart`, () =>
    Effect.gen(function* () {
      const tested = make()
      const all = Effect.gen(function* () {
        const { page } = yield* Tombstones
        const pages = [yield* page("", 2)]
        for (let last = pages[0]?.at(-1); last; last = pages.at(-1)?.at(-1)) pages.push(yield* page(last.keyId, 2))
        return pages
      })
      assert.deepStrictEqual(yield* all.pipe(using(tested)), [[]])
      yield* Effect.gen(function* () {
        const { destroy } = yield* Tombstones
        yield* sealNew
        yield* destroy(["c", "a", "d"].map((keyId) => tombstone(keyId, keyId)))
        yield* destroy(["e", "b"].map((keyId) => tombstone(keyId, keyId)))
      }).pipe(using(tested))
      const pages = yield* all.pipe(using(tested))
      assert.deepStrictEqual(
        pages.map((page) => page.map(({ keyId, receipt }) => [keyId, receipt.registrationId].join(" "))),
        [["a a", "b b"], ["c c", "d d"], ["e e"], []]
      )
    })
  )

  it.live(`Tombstones: ${name}: knows how far keys are destroyed, and for which log`, () =>
    Effect.gen(function* () {
      const tested = make()
      const known = Effect.flatMap(Tombstones, ({ destroyedUpTo }) => destroyedUpTo).pipe(using(tested))
      assert.isUndefined(yield* known)
      for (const place of [
        { logId: "one", epoch: 0, position: 0 },
        { logId: "one", epoch: 0, position: 2 ** 40 },
        { logId: "two", epoch: 3, position: 7 }
      ]) {
        yield* Effect.flatMap(Tombstones, (tombstones) => tombstones.saveDestroyedUpTo(place)).pipe(using(tested))
        assert.deepStrictEqual(yield* known, place)
      }
    })
  )
}
