import { cpSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, Layer } from "effect"
import { expect, it } from "vitest"
import { sqliteKeyRewrapLayer } from "../../src/adapters/sqlite/key-rewrap.ts"
import { makeKeyWrapping } from "../../src/adapters/sqlite/key-wrapping.ts"
import { openMigrated } from "../../src/adapters/sqlite/migrations.ts"
import * as schema from "../../src/adapters/sqlite/schema.ts"
import { sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { sqliteVaultLayer } from "../../src/adapters/sqlite/vault.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { type MasterKeys, Vault } from "../../src/application/ports/vault.ts"
import { rewrapKeys } from "../../src/application/rewrap-keys.ts"
import { run as backup } from "../../src/infrastructure/commands/backup.ts"
import { run as restore } from "../../src/infrastructure/commands/restore.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { receiptFor } from "../support/receipts.ts"
import { runCommand } from "../support/run-command.ts"
import { makeKeys, rowsOf } from "../support/small-data.ts"
import { sqliteWithoutLog, throwFatal } from "../support/sqlite.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { here, masterKey, sealNew } from "../support/vault-under-test.ts"

const elsewhere = { EVENT_STORE: "eventstoredb", EVENTSTOREDB_URL: "esdb://localhost:1" }
const keysIn = (dir: string) =>
  rowsOf(dir, "vault.db", "SELECT id, wrapped FROM keys").map(
    ({ id, wrapped }) => [String(id), String(wrapped)] as const
  )
const copiesIn = (dir: string, wrapped: ReadonlyArray<string>) => {
  const bytes = bytesIn(dir, "vault.db").toString("latin1")
  return wrapped.filter((one) => bytes.includes(one)).length
}

it("no key is left of a vault of a backup that was copied into DATA_DIR by hand, once all of them are destroyed", async () => {
  const dataDir = temporaryFolder()
  await makeKeys(dataDir, 1)
  const many = Vault.use(({ createKey }) =>
    Effect.all(
      Array.from({ length: 1500 }, () => createKey(newId())),
      { concurrency: "unbounded" }
    )
  )
  await Effect.runPromise(Effect.provide(many, sqliteWithoutLog(dataDir)))
  const folder = join(temporaryFolder(), "b")
  expect(await runCommand(backup, [folder], { DATA_DIR: dataDir, ...elsewhere })).toMatchObject({ code: 0 })
  const restored = join(temporaryFolder(), "r")
  expect(await runCommand(restore, [folder], { DATA_DIR: restored, ...elsewhere })).toMatchObject({ code: 0 })
  const byHand = temporaryFolder()
  cpSync(join(folder, "vault.db"), join(byHand, "vault.db"))
  const keys = keysIn(folder)
  const left: Array<number> = []
  for (const dir of [dataDir, restored, byHand]) {
    const all = Tombstones.use(({ destroy }) => destroy(keys.map(([keyId]) => ({ keyId, receipt: receiptFor(keyId) }))))
    await Effect.runPromise(Effect.provide(all, sqliteWithoutLog(dir)))
    left.push(
      copiesIn(
        dir,
        keys.map(([, wrapped]) => wrapped)
      )
    )
  }
  expect(left).toEqual([0, 0, 0])
})

const opened = (dataDir: string, masterKeys: MasterKeys) =>
  Layer.merge(sqliteVaultLayer(masterKeys), sqliteKeyRewrapLayer(masterKeys)).pipe(
    Layer.provideMerge(sqliteDatabaseLayer({ dataDir, onFatal: throwFatal }))
  )

it("of earlier wrappings nothing is left, of keys and of secrets, whatever order the master keys had", async () => {
  const dataDir = temporaryFolder()
  const [one, two, three] = [masterKey(1), masterKey(2), masterKey(3)]
  const orders: ReadonlyArray<MasterKeys> = [[one], [two, one], [three, one, two], [one, three, two]]
  for (const masterKeys of orders)
    await Effect.runPromise(
      Effect.provide(Effect.all(Array.from({ length: 50 }, () => sealNew)), opened(dataDir, masterKeys))
    )
  const former = [
    ...keysIn(dataDir).map(([, wrapped]) => wrapped),
    ...rowsOf(dataDir, "vault.db", "SELECT wrapped FROM secrets").map(({ wrapped }) => String(wrapped))
  ]
  expect(former.length).toBeGreaterThan(200)
  const report = await Effect.runPromise(
    Effect.provide(
      rewrapKeys(() => Effect.void),
      opened(dataDir, [masterKey(4), three, two, one])
    )
  )
  expect(report).toMatchObject({ state: "done" })
  expect(copiesIn(dataDir, former)).toBe(0)
  await Effect.runPromise(
    Effect.provide(
      Vault.use((vault) => Effect.forEach(keysIn(dataDir), ([keyId]) => vault.keyFingerprint(keyId))),
      opened(dataDir, [masterKey(4)])
    )
  )
})

it("a row that decodes to no bytes is a key that is missing, and no master key opens it", async () => {
  const dataDir = temporaryFolder()
  const [sealed] = await Effect.runPromise(
    Effect.provide(Effect.all(Array.from({ length: 5 }, () => sealNew)), opened(dataDir, [masterKey(1)]))
  )
  if (!sealed) throw new Error("nothing sealed")
  const db = new DatabaseSync(join(dataDir, "vault.db"))
  db.prepare("UPDATE keys SET wrapped = '=' || substr(wrapped, 2) WHERE id = ?").run(sealed.keyId)
  db.close()
  const looks = Vault.use((vault) =>
    Effect.all([Effect.flip(vault.open(sealed, here)), Effect.flip(vault.keyFingerprint(sealed.keyId))])
  )
  const looked = await Effect.runPromiseExit(Effect.provide(looks, opened(dataDir, [masterKey(1)])))
  const report = await Effect.runPromise(
    Effect.provide(
      rewrapKeys(() => Effect.void),
      opened(dataDir, [masterKey(2), masterKey(1)])
    )
  )
  expect(report).toMatchObject({ state: "refused", text: expect.stringContaining("1 key is left") })
  expect(looked).toMatchObject({ _tag: "Success", value: [{ _tag: "KeyMissing" }, { _tag: "KeyMissing" }] })
})

it("takes over a vault without any key, and one in which the migration ended between two steps", async () => {
  for (const [version, ids] of [
    [3, []],
    [4, [newId(), newId()]],
    [5, [newId()]],
    [6, []]
  ] as const) {
    const dir = temporaryFolder()
    mkdirSync(dir, { recursive: true })
    openMigrated(dir, { ...schema.log, steps: schema.log.steps.slice(0, 1) }).close()
    const db = openMigrated(dir, { ...schema.vault, steps: schema.vault.steps.slice(0, version) })
    const { wrap } = makeKeyWrapping([masterKey(1)], "vault")
    db.exec("INSERT INTO vault VALUES ('vault')")
    db.prepare("INSERT INTO secrets VALUES ('keyed-hash', ?)").run(wrap("keyed-hash", Buffer.alloc(32, 1)))
    const insert =
      version < 5
        ? db.prepare("INSERT INTO keys (id, wrapped, destroyed_at) VALUES (?, ?, NULL)")
        : db.prepare("INSERT INTO keys (id, wrapped) VALUES (?, ?)")
    for (const id of ids) insert.run(id, wrap(id, Buffer.alloc(32, 2)))
    db.close()
    await Effect.runPromise(
      Effect.provide(
        Vault.use(({ keyFingerprint }) => Effect.forEach(ids, keyFingerprint)),
        opened(dir, [masterKey(1)])
      )
    )
  }
})
