import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { rewrapKeys } from "../../src/application/operator-requests/rewrap-keys.ts"
import { KeyRewrap } from "../../src/application/ports/key-rewrap.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { receiptFor } from "../support/receipts.ts"
import { here, masterKey, sealNew, secret, using, type VaultUnderTest } from "../support/vault-under-test.ts"

const [old, fresh] = [masterKey(1), masterKey(2)]
const sealed = (count: number) =>
  Effect.all(
    Array.from({ length: count }, () => sealNew),
    { concurrency: 50 }
  )
const opensAll = Effect.fnUntraced(function* (boxes: ReadonlyArray<Effect.Success<typeof sealNew>>) {
  const vault = yield* Vault
  for (const box of boxes) assert.strictEqual(Redacted.value(yield* vault.open(box, here)), Redacted.value(secret))
})
const rewrapped = rewrapKeys(() => Effect.void)
const destroy = (keyId: string) =>
  Effect.flatMap(Tombstones, ({ destroy }) => destroy([{ keyId, receipt: receiptFor("one") }]))

/** What every vault does when its keys are wrapped anew. */
export const keyRewrapContract = (name: string, make: () => VaultUnderTest) =>
  describe(`KeyRewrap: ${name}`, () => {
    it.live("wraps all that was not destroyed under the first master key, which opens it alone from then on", () =>
      Effect.gen(function* () {
        const tested = make()
        // More than a page.
        const boxes = yield* sealed(450).pipe(using(tested, [old]))
        const before = tested.contents()
        const hash = Effect.flatMap(Vault, (vault) => vault.keyedHash(secret))
        const hashed = yield* hash.pipe(using(tested, [old]))
        const [more, ending] = yield* Effect.gen(function* () {
          const more = yield* sealed(2)
          yield* destroy(boxes[7]?.keyId ?? "")
          // One that was never here is none of them.
          yield* destroy("never here")
          assert.strictEqual(yield* Effect.flatMap(KeyRewrap, ({ count }) => count), 451)
          return [more, yield* rewrapped] as const
        }).pipe(using(tested, [fresh, old]))
        assert.deepStrictEqual(ending, {
          state: "done",
          text: "Wrapped anew: 449 keys. Under the first of the master keys in use: 451 keys, which are all; the others are not needed any more."
        })
        const kept = boxes.filter((_, i) => i !== 7)
        yield* opensAll([...kept, ...more]).pipe(using(tested, [fresh]))
        assert.strictEqual(yield* hash.pipe(using(tested, [fresh])), hashed)
        const refused = yield* Effect.flip(rewrapped.pipe(using(tested, [old])))
        assert.strictEqual("reason" in refused && refused.reason, "wrong_master_key")
        // With the old master key nothing is to be found in what is left.
        assert.deepStrictEqual(
          tested.wrappedIn(before).filter((text) => tested.contents().includes(text)),
          []
        )
      })
    )

    it.live("goes on wherever it ended, and is at its end when it is done again", () =>
      Effect.gen(function* () {
        const tested = make()
        const boxes = yield* sealed(250).pipe(using(tested, [old]))
        const begun = yield* Effect.flatMap(KeyRewrap, ({ page }) => page("")).pipe(using(tested, [fresh, old]))
        assert.isAbove(begun.rewrapped, 0)
        assert.isBelow(begun.rewrapped, 250)
        for (const tooFew of [[old], [fresh]] as const)
          assert.strictEqual((yield* Effect.flip(rewrapped.pipe(using(tested, tooFew))))._tag, "DataDirRefused")
        const texts = [
          `Wrapped anew: ${250 - begun.rewrapped} keys. Under the first of the master keys in use: 250 keys, which are all; the others are not needed any more.`,
          "Nothing was wrapped anew: what there is (250 keys) is under the first of the master keys in use already; the others in use are not needed. A new one is in use once the service was started with it."
        ]
        for (const text of texts)
          assert.deepStrictEqual(yield* rewrapped.pipe(using(tested, [fresh, old])), { state: "done", text })
        yield* opensAll(boxes).pipe(using(tested, [fresh]))
      })
    )

    it.live("takes a destroyed key back under no circumstances", () =>
      Effect.gen(function* () {
        const tested = make()
        const boxes = yield* sealed(100).pipe(using(tested, [old]))
        const gone = boxes.slice(20, 60)
        yield* Effect.gen(function* () {
          // Asked for before the keys are looked at, and done after.
          const destroying = Effect.forEach(gone, ({ keyId }) => destroy(keyId), { concurrency: "unbounded" })
          yield* Effect.all([destroying, rewrapped], { concurrency: "unbounded" })
          const vault = yield* Vault
          for (const box of gone) assert.strictEqual((yield* Effect.flip(vault.open(box, here)))._tag, "DataErased")
        }).pipe(using(tested, [fresh, old]))
        yield* opensAll([...boxes.slice(0, 20), ...boxes.slice(60)]).pipe(using(tested, [fresh]))
        // Theirs, and the service's own secret.
        assert.lengthOf(tested.wrappedIn(tested.contents()), 60 + 1)
      })
    )

    it.live("counts those that no master key opens, and leaves them as they are", () =>
      Effect.gen(function* () {
        const tested = make()
        const [one, two, moved] = yield* sealed(3).pipe(using(tested, [old]))
        assert.isDefined(one && two && moved)
        if (!one || !two || !moved) return
        tested.rename(moved.keyId, "another")
        assert.deepStrictEqual(yield* rewrapped.pipe(using(tested, [fresh, old])), {
          state: "refused",
          text: "Wrapped anew: 2 keys. Under the first of the master keys in use: 2 keys; 1 key is left, which no given master key opens."
        })
        tested.rename("another", moved.keyId)
        yield* opensAll([one, two]).pipe(using(tested, [fresh]))
        yield* opensAll([one, two, moved]).pipe(using(tested, [fresh, old]))
      })
    )
  })
