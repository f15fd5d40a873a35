import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { tryKey } from "../../src/application/use-cases/look-at-key.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { failed } from "../support/new-rows.ts"
import { receiptFor } from "../support/receipts.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

/** What the vault's files hold of a wrapped key, while somebody else is in the middle of reading them. */
const reading = (dir: string, keyId: string) => {
  const db = new DatabaseSync(join(dir, "vault.db"), { readOnly: true })
  db.exec("BEGIN")
  const { wrapped } = db.prepare("SELECT wrapped FROM keys WHERE id = ?").get(keyId) as { wrapped: string }
  return { isKept: () => bytesIn(dir, "vault.db").includes(wrapped), stop: () => db.close() }
}

const destroy = (...keyIds: ReadonlyArray<string>) =>
  Effect.flatMap(Tombstones, (tombstones) =>
    tombstones.destroy(keyIds.map((keyId) => ({ keyId, receipt: receiptFor(keyId) })))
  )

const fingerprint = Effect.fnUntraced(function* (keyId: string) {
  const vault = yield* Vault
  const result = yield* Effect.result(vault.fingerprint(keyId, Redacted.make("text")))
  return result._tag === "Success" ? "opens" : result.failure._tag
})

it.live("overwrites a destroyed key in every file, as soon as no reader is in the way", () => {
  const dir = temporaryFolder()
  return Effect.gen(function* () {
    const vault = yield* Vault
    const [gone, kept] = [newId(), newId()]
    yield* vault.createKey(gone)
    yield* vault.createKey(kept)
    const [reader, other] = [reading(dir, gone), reading(dir, kept)]
    other.stop()
    const destroying = yield* Effect.forkChild(destroy(gone), { startImmediately: true })
    // Nothing opens any more, although the bytes are still in the reader's view of the file.
    while ((yield* fingerprint(gone)) === "opens") yield* Effect.sleep("5 millis")
    assert.strictEqual(yield* fingerprint(gone), "DataErased")
    assert.isTrue(reader.isKept())
    assert.isUndefined(destroying.pollUnsafe())
    reader.stop()
    yield* Fiber.join(destroying)
    assert.isFalse(reader.isKept())
    assert.isTrue(other.isKept())
    assert.strictEqual(yield* fingerprint(kept), "opens")
  }).pipe(Effect.provide(sqliteLayer(dir)))
})

it.live("leaves nothing of many destroyed keys, and the others whole", () => {
  const dir = temporaryFolder()
  return Effect.gen(function* () {
    const vault = yield* Vault
    const keys = Array.from({ length: 300 }, newId)
    yield* Effect.forEach(keys, vault.createKey, { concurrency: "unbounded", discard: true })
    const reader = new DatabaseSync(join(dir, "vault.db"), { readOnly: true })
    const rows = reader.prepare("SELECT id, wrapped FROM keys").all() as Array<{ id: string; wrapped: string }>
    reader.close()
    const gone = keys.filter((_, i) => i % 3 === 0)
    yield* Effect.forEach(gone, (keyId) => destroy(keyId), { concurrency: "unbounded", discard: true })
    const bytes = bytesIn(dir, "vault.db")
    const kept = rows.filter(({ wrapped }) => bytes.includes(wrapped)).map(({ id }) => id)
    assert.sameMembers(
      kept,
      keys.filter((keyId) => !gone.includes(keyId))
    )
  }).pipe(Effect.provide(sqliteLayer(dir)))
})

it.effect("says that a reader stays in the way, and finishes when asked again", () => {
  const dir = temporaryFolder()
  return Effect.gen(function* () {
    const vault = yield* Vault
    const keyId = newId()
    yield* vault.createKey(keyId)
    const reader = reading(dir, keyId)
    const destroying = yield* Effect.forkChild(Effect.flip(destroy(keyId)), { startImmediately: true })
    // Ten seconds, at the speed of the writer's answers.
    while (destroying.pollUnsafe() === undefined) {
      yield* TestClock.adjust("100 millis")
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    const error = yield* Fiber.join(destroying)
    assert.deepInclude(error, { _tag: "VaultUnavailable", operation: "destroy", code: "reader_in_the_way" })
    assert.isTrue(reader.isKept())
    reader.stop()
    yield* destroy(keyId)
    assert.isFalse(reader.isKept())
  }).pipe(Effect.provide(sqliteLayer(dir)))
})

it.live("has a key that does not unwrap: as missing for who looks at it as for who needs it", () => {
  const dir = temporaryFolder()
  const [taken, other] = [newId(), newId()]
  const of = (keyId: string) => ({ ...failed, request: { ...failed.request, personal: { keyId, nonce: "", box: "" } } })
  return Effect.gen(function* () {
    const createKeys = Vault.use((vault) => Effect.all([vault.createKey(taken), vault.createKey(other)]))
    yield* Effect.provide(createKeys, sqliteLayer(dir), { local: true })
    const db = new DatabaseSync(join(dir, "vault.db"))
    db.prepare("UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE id = ?) WHERE id = ?").run(other, taken)
    db.close()
    yield* Effect.gen(function* () {
      assert.strictEqual(yield* fingerprint(taken), "KeyMissing")
      assert.deepStrictEqual(yield* tryKey(of(taken)), { _tag: "Missing" })
      assert.deepStrictEqual(yield* tryKey(of(other)), { _tag: "Present" })
      yield* destroy(taken)
      assert.deepStrictEqual(yield* tryKey(of(taken)), { _tag: "Destroyed", receipt: receiptFor(taken) })
    }).pipe(Effect.provide(sqliteLayer(dir), { local: true }))
  })
})

it.live("forgets the keys it has just made, beyond a thousand, without losing them", () =>
  Effect.gen(function* () {
    const vault = yield* Vault
    const keys = Array.from({ length: 1100 }, newId)
    yield* Effect.forEach(keys, vault.createKey, { concurrency: "unbounded", discard: true })
    const results = yield* Effect.forEach(keys, fingerprint)
    assert.deepStrictEqual(new Set(results), new Set(["opens"]))
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)
