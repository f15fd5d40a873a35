import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Redacted } from "effect"
import { KeyMissing, Vault } from "../../src/application/ports/vault.ts"
import { newId } from "../support/stored-events.ts"
import { tracesOf } from "../support/traces.ts"
import { here, masterKey, sealNew, secret, using, type VaultUnderTest } from "../support/vault-under-test.ts"

/** The part of the vault's contract that takes several starts, or looks behind them. */
export const vaultStartsContract = (name: string, make: () => VaultUnderTest) =>
  describe(`Vault: ${name}, from one start to the next`, () => {
    it.live("has its id, its secret and its keys after a restart", () =>
      Effect.gen(function* () {
        const tested = make()
        const before = yield* Effect.gen(function* () {
          const vault = yield* Vault
          const sealed = yield* sealNew
          const fingerprint = yield* vault.fingerprint(sealed.keyId, secret)
          const known = yield* vault.keyFingerprint(sealed.keyId)
          return { id: vault.id, hash: yield* vault.keyedHash(secret), sealed, fingerprint, known }
        }).pipe(using(tested))
        yield* Effect.gen(function* () {
          const vault = yield* Vault
          assert.strictEqual(vault.id, before.id)
          assert.strictEqual(yield* vault.keyedHash(secret), before.hash)
          assert.strictEqual(yield* vault.fingerprint(before.sealed.keyId, secret), before.fingerprint)
          assert.strictEqual(Redacted.value(yield* vault.open(before.sealed, here)), Redacted.value(secret))
          assert.strictEqual(yield* vault.keyFingerprint(before.sealed.keyId), before.known)
        }).pipe(using(tested))
      })
    )

    it.live("remembers the log that it belongs to, and how often that was put back", () =>
      Effect.gen(function* () {
        const tested = make()
        const log = Effect.flatMap(Vault, (vault) => vault.log)
        const [one, two] = [newId(), newId()]
        assert.isUndefined(yield* log.pipe(using(tested)))
        for (const remembered of [
          { logId: one, epoch: 0 },
          { logId: one, epoch: 7, isPutBack: true },
          { logId: one, epoch: 8 },
          { logId: two, epoch: 1 }
        ] as const) {
          yield* Effect.flatMap(Vault, (vault) => Effect.andThen(vault.rememberLog(remembered), vault.log)).pipe(
            Effect.map((known) => assert.deepStrictEqual(known, remembered)),
            using(tested)
          )
          assert.deepStrictEqual(yield* log.pipe(using(tested)), remembered)
        }
      })
    )

    it.live("is another than any other vault", () =>
      Effect.gen(function* () {
        const who = Effect.gen(function* () {
          const vault = yield* Vault
          return { id: vault.id, hash: yield* vault.keyedHash(secret) }
        })
        const [one, two] = [yield* who.pipe(using(make())), yield* who.pipe(using(make()))]
        assert.notStrictEqual(one.id, two.id)
        assert.notStrictEqual(one.hash, two.hash)
      })
    )

    it.live("does not start with a wrong master key, and starts with the right one after", () =>
      Effect.gen(function* () {
        const tested = make()
        const sealed = yield* sealNew.pipe(using(tested))
        const refused = yield* Effect.flip(sealNew.pipe(using(tested, [masterKey(2)])))
        assert.strictEqual("reason" in refused && refused.reason, "wrong_master_key")
        yield* Effect.flatMap(Vault, (vault) => vault.open(sealed, here)).pipe(using(tested))
      })
    )

    it.live("opens with all master keys it is given, and not without one that some of its keys may need", () =>
      Effect.gen(function* () {
        const tested = make()
        const [one, two, three] = [masterKey(1), masterKey(2), masterKey(3)] as const
        const boxes = [
          yield* sealNew.pipe(using(tested)),
          yield* sealNew.pipe(using(tested, [two, one])),
          yield* sealNew.pipe(using(tested, [three, one, two]))
        ]
        for (const tooFew of [[one], [two], [three], [two, one], [three, one], [three, two]] as const) {
          const refused = yield* Effect.flip(sealNew.pipe(using(tested, tooFew)))
          assert.strictEqual("reason" in refused && refused.reason, "wrong_master_key")
        }
        for (const enough of [
          [one, two, three],
          [two, three, one]
        ] as const)
          for (const sealed of boxes)
            yield* Effect.flatMap(Vault, (vault) => vault.open(sealed, here)).pipe(using(tested, enough))
      })
    )

    it.live("opens nothing with a key that was moved to another id", () =>
      Effect.gen(function* () {
        const tested = make()
        const sealed = yield* sealNew.pipe(using(tested))
        const moved = newId()
        tested.rename(sealed.keyId, moved)
        yield* Effect.gen(function* () {
          const vault = yield* Vault
          for (const keyId of [moved, sealed.keyId])
            assert.strictEqual((yield* Effect.flip(vault.open({ ...sealed, keyId }, here)))._tag, "KeyMissing")
        }).pipe(using(tested))
        tested.rename(moved, sealed.keyId)
        yield* Effect.flatMap(Vault, (vault) => vault.open(sealed, here)).pipe(using(tested))
      })
    )

    it.live("never takes a lost key for an erased one", () =>
      Effect.gen(function* () {
        const tested = make()
        const sealed = yield* sealNew.pipe(using(tested))
        tested.lose(sealed.keyId)
        const error = yield* Effect.flatMap(Vault, (vault) => Effect.flip(vault.open(sealed, here))).pipe(using(tested))
        assert.deepStrictEqual(error, new KeyMissing({ keyId: sealed.keyId }))
      })
    )

    it.live("keeps neither what it sealed, nor master key or secret in the clear", () =>
      Effect.gen(function* () {
        const tested = make()
        const secrets = { text: Redacted.value(secret), "master key": Redacted.value(masterKey(1)) }
        const traces = () => tracesOf(secrets, { storage: tested.contents() })
        yield* Effect.gen(function* () {
          const vault = yield* Vault
          const { keyId } = yield* sealNew
          yield* vault.fingerprint(keyId, secret)
          yield* vault.keyedHash(secret)
          assert.deepStrictEqual(traces(), [])
        }).pipe(using(tested))
        assert.deepStrictEqual(traces(), [])
      })
    )

    it.live("makes keys for many who ask at once", () =>
      Effect.gen(function* () {
        const all = yield* Effect.all(
          Array.from({ length: 200 }, () => sealNew),
          { concurrency: "unbounded" }
        )
        const vault = yield* Vault
        const exits = yield* Effect.forEach(all, (sealed) => Effect.exit(vault.open(sealed, here)))
        assert.isTrue(exits.every(Exit.isSuccess))
      }).pipe(using(make()))
    )
  })
