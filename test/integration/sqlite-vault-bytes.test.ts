import { cpSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { copyDatabase } from "../../src/adapters/sqlite/backups/copy-database.ts"
import { makeKeyWrapping } from "../../src/adapters/sqlite/key-wrapping.ts"
import { openMigrated } from "../../src/adapters/sqlite/migrations.ts"
import * as schema from "../../src/adapters/sqlite/schema.ts"
import { SqliteDatabase, sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { sqliteTombstonesLayer } from "../../src/adapters/sqlite/tombstones.ts"
import { sqliteVaultLayer } from "../../src/adapters/sqlite/vault.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { receiptFor } from "../support/receipts.ts"
import { throwFatal } from "../support/sqlite.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { here, masterKey, sealNew } from "../support/vault-under-test.ts"

const opened = (dataDir: string) =>
  Layer.merge(sqliteVaultLayer([masterKey(1)]), sqliteTombstonesLayer).pipe(
    Layer.provideMerge(sqliteDatabaseLayer({ dataDir, onFatal: throwFatal }))
  )

const tombstone = (keyId: string) => ({ keyId, receipt: receiptFor(keyId) })
const destroyed = Effect.fnUntraced(function* (keyIds: ReadonlyArray<string>) {
  const { destroy } = yield* Tombstones
  yield* destroy(keyIds.map(tombstone))
})

/** Wrapped keys by id, as they lie in the file. */
const wrappedKeys = (dir: string): ReadonlyMap<string, string> => {
  const db = new DatabaseSync(join(dir, "vault.db"), { readOnly: true })
  const rows = db.prepare("SELECT id, wrapped FROM keys WHERE wrapped IS NOT NULL").all()
  db.close()
  return new Map(rows.map(({ id, wrapped }) => [String(id), String(wrapped)]))
}

/** The data keys that somebody who has all files and the master key can unwrap under an id. */
const keysFoundIn = (dir: string, vaultId: string, keyId: string): ReadonlyArray<Buffer> => {
  const text = bytesIn(dir).toString("latin1")
  const { unwrap } = makeKeyWrapping([masterKey(1)], vaultId)
  // 40 bytes in base64, wherever they begin.
  const candidates = new Set(Array.from(text.matchAll(/(?=([A-Za-z0-9+/]{54}==))/g), ([, found]) => found ?? ""))
  return Array.from(candidates, (wrapped) => unwrap(keyId, wrapped)).filter((key) => key !== undefined)
}

const holds = (dir: string, key: Buffer) => {
  const bytes = bytesIn(dir)
  return [key, key.toString("hex"), key.toString("base64"), key.toString("base64url")].some((one) =>
    bytes.includes(one)
  )
}

it.live("leaves nothing that opens what was sealed, with the master key at hand", () => {
  const dir = temporaryFolder()
  return Effect.gen(function* () {
    const vault = yield* Vault
    const [gone, kept] = [yield* sealNew, yield* sealNew]
    const [key] = keysFoundIn(dir, vault.id, gone.keyId)
    assert.isDefined(key)
    if (key === undefined) return
    // In the clear it never was there.
    assert.isFalse(holds(dir, key))
    yield* destroyed([gone.keyId])
    assert.deepStrictEqual(keysFoundIn(dir, vault.id, gone.keyId), [])
    assert.isFalse(holds(dir, key))
    assert.lengthOf(keysFoundIn(dir, vault.id, kept.keyId), 1)
    yield* vault.open(kept, here)
  }).pipe(Effect.provide(opened(dir)))
})

it.live("finishes what a process began that was killed before it took the key's bytes out of the files", () =>
  Effect.gen(function* () {
    const [dir, killed] = [temporaryFolder(), temporaryFolder()]
    const { id, keyId } = yield* Effect.gen(function* () {
      const { keyId } = yield* sealNew
      const { writer } = yield* SqliteDatabase
      const { receipt } = tombstone(keyId)
      const steps = [["overwriteKey", keyId] as const, ["addTombstone", keyId, JSON.stringify(receipt)] as const]
      yield* writer.run(["vault", steps])
      // As a kill leaves them.
      cpSync(dir, killed, { recursive: true })
      return { id: (yield* Vault).id, keyId }
    }).pipe(Effect.provide(opened(dir)))
    // Without it the next start would write all of them back to the file.
    const reader = new DatabaseSync(join(killed, "vault.db"), { readOnly: true })
    reader.prepare("SELECT id FROM vault").get()
    yield* Effect.gen(function* () {
      assert.lengthOf(keysFoundIn(killed, id, keyId), 1)
      reader.close()
      const { stateOf } = yield* Tombstones
      assert.deepStrictEqual(yield* stateOf(keyId), { _tag: "Destroyed", receipt: tombstone(keyId).receipt })
      yield* destroyed([keyId])
      assert.deepStrictEqual(keysFoundIn(killed, id, keyId), [])
    }).pipe(Effect.provide(opened(killed)))
  })
)

it.live("leaves no copy of a key in an unused part of the file, however many come and go", () => {
  const dir = temporaryFolder()
  return Effect.gen(function* () {
    const vault = yield* Vault
    const ids = Array.from({ length: 3000 }, newId)
    for (let n = 0; n < ids.length; n += 250)
      yield* Effect.forEach(ids.slice(n, n + 250), vault.createKey, { concurrency: "unbounded", discard: true })
    const wrapped = wrappedKeys(dir)
    // Rows that grow between others would move those to other pages, and leave copies of them.
    const [first, then, kept] = [0, 1, 2].map((n) => ids.filter((_, i) => kindOf(i) === n))
    yield* destroyed(first ?? [])
    yield* destroyed(then ?? [])
    const bytes = bytesIn(dir).toString("latin1")
    const left = ids.filter((id) => bytes.includes(wrapped.get(id) ?? ""))
    assert.deepStrictEqual(left, kept)
  }).pipe(Effect.provide(opened(dir)))
})

it.live("leaves no copy of a key in what came from a copy of the file", () =>
  Effect.gen(function* () {
    const [dir, copied] = [temporaryFolder(), temporaryFolder()]
    openMigrated(copied, schema.log).close()
    yield* Effect.gen(function* () {
      const { createKey } = yield* Vault
      // The root of the table of keys overflows, and its former content stays in parts of it that are not in use.
      yield* Effect.forEach(Array.from({ length: 1500 }, newId), createKey, { concurrency: "unbounded" })
      copyDatabase((yield* SqliteDatabase).vault, copied, "vault.db")
    }).pipe(Effect.provide(opened(dir)))
    const wrapped = wrappedKeys(copied)
    yield* Effect.provide(destroyed([...wrapped.keys()]), opened(copied))
    const bytes = bytesIn(copied).toString("latin1")
    assert.deepStrictEqual(
      Array.from(wrapped.values()).filter((one) => bytes.includes(one)),
      []
    )
  })
)

/** Of three kinds: a few, most of them, and some. */
const kindOf = (i: number): number => (i % 30 === 0 ? 0 : i % 10 > 0 ? 1 : 2)

it.live("takes over the keys and tombstones of a version that kept them by id, and leaves nothing where they lay", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    openMigrated(dir, schema.log).close()
    const { steps } = schema.vault
    const db = openMigrated(dir, { ...schema.vault, steps: steps.slice(0, 4) })
    const { wrap } = makeKeyWrapping([masterKey(1)], "vault")
    const insert = db.prepare("INSERT INTO keys (id, wrapped, destroyed_at) VALUES (?, ?, ?)")
    const ids = Array.from({ length: 500 }, newId)
    db.exec("INSERT INTO vault VALUES ('vault')")
    db.prepare("INSERT INTO secrets VALUES ('keyed-hash', ?)").run(wrap("keyed-hash", Buffer.alloc(32, 1)))
    for (const id of ids) insert.run(id, wrap(id, Buffer.from(id.slice(-32))), null)
    insert.run("gone", null, "2026-01-01T00:00:00.000Z")
    const wrapped = wrappedKeys(dir)
    db.close()
    yield* Effect.gen(function* () {
      const { stateOf } = yield* Tombstones
      const vault = yield* Vault
      assert.deepStrictEqual(yield* stateOf("gone"), { _tag: "Destroyed" })
      // It had no receipt: this one is the first.
      yield* destroyed(["gone", ...ids.slice(0, 250)])
      assert.deepStrictEqual(yield* stateOf("gone"), { _tag: "Destroyed", receipt: tombstone("gone").receipt })
      const bytes = bytesIn(dir).toString("latin1")
      const copies = ids.map((id) => bytes.split(wrapped.get(id) ?? "").length - 1)
      assert.deepStrictEqual(
        copies,
        ids.map((_, i) => (i < 250 ? 0 : 1))
      )
      yield* vault.fingerprint(ids[499] ?? "", Redacted.make("text"))
    }).pipe(Effect.provide(opened(dir)))
  })
)
