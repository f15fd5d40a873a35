import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { DataDirRefused } from "../../src/adapters/sqlite/data-dir-refused.ts"
import { fileSizes } from "../../src/adapters/sqlite/file-sizes.ts"
import { openMigrated } from "../../src/adapters/sqlite/migrations.ts"
import * as schema from "../../src/adapters/sqlite/schema.ts"
import { SqliteDatabase } from "../../src/adapters/sqlite/sqlite-database.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { Views } from "../../src/application/ports/views.ts"
import { pageOf } from "../support/saved-page.ts"
import { sqliteLayer, sqliteWithoutLog } from "../support/sqlite.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const opening = (dir: string) => Effect.provide(Effect.void, sqliteWithoutLog(dir), { local: true })
const refusal = (dir: string) => Effect.flip(opening(dir))
const inFile = (dir: string, file: string, sql: string) => {
  const db = new DatabaseSync(join(dir, file))
  db.exec(sql)
  db.close()
}
const at = { stream: "registration-1", type: "Requested", field: "applicant" }

it.live("keys and rows are kept without a log, by one writer at a time", () =>
  Effect.gen(function* () {
    const dir = join(temporaryFolder(), "data")
    const keyId = newId()
    const { sealed, files } = yield* Effect.gen(function* () {
      const vault = yield* Vault
      yield* vault.createKey(keyId)
      const sealed = yield* vault.seal(keyId, at, Redacted.make("canary"))
      // As far as a position of another store reaches.
      yield* Views.use((views) => views.save(pageOf({ position: 2 ** 52 })))
      yield* vault.probe
      assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file: "lock.db", reason: "in_use" }))
      const sizes = yield* fileSizes(dir)
      assert.sameMembers(
        sizes.databases.map(({ name }) => name),
        ["vault", "views"]
      )
      return { sealed, files: readdirSync(dir) }
    }).pipe(Effect.provide(sqliteWithoutLog(dir), { local: true }))
    assert.notInclude(files.join(), "log.db")
    assert.sameMembers(readdirSync(dir), ["lock.db", "vault.db", "views-1.db"])
    yield* Effect.gen(function* () {
      const vault = yield* Vault
      assert.strictEqual(Redacted.value(yield* vault.open(sealed, at)), "canary")
      assert.strictEqual(yield* Views.use((views) => views.position), 2 ** 52)
    }).pipe(Effect.provide(sqliteWithoutLog(dir), { local: true }))
  })
)

it.live("nothing is appended, and nothing is done instead", () =>
  Effect.gen(function* () {
    const { writer } = yield* SqliteDatabase
    assert.deepStrictEqual(yield* Effect.flip(writer.run(["append", "s", -1, "", ["bytes", "hash"]])), {
      stored: "no",
      code: "not_run"
    })
  }).pipe(Effect.provide(sqliteWithoutLog(temporaryFolder())))
)

it.live("each start raises the writer epoch, and whoever finds another one stops for good", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    for (let start = 0; start < 2; start++) yield* opening(dir)
    const codes: Array<string> = []
    yield* Effect.gen(function* () {
      yield* Vault.use((vault) => vault.createKey(newId()))
      inFile(dir, "vault.db", "UPDATE writer SET epoch = epoch + 1")
      const row = Views.use((views) => Effect.flip(views.save(pageOf({ position: 1 }))))
      const key = Vault.use((vault) => Effect.flip(vault.createKey(newId())))
      const errors = yield* Effect.all([row, key], { concurrency: "unbounded" })
      assert.deepStrictEqual(
        errors.map(({ code }) => code),
        ["another_writer", "another_writer"]
      )
    }).pipe(Effect.provide(sqliteWithoutLog(dir, { onFatal: (code) => codes.push(code) })))
    assert.deepStrictEqual(codes, ["another_writer"])
    const vault = new DatabaseSync(join(dir, "vault.db"), { readOnly: true })
    assert.deepEqual({ ...vault.prepare("SELECT epoch FROM writer").get() }, { epoch: 4 })
    assert.deepEqual({ ...vault.prepare("SELECT count(*) AS keys FROM keys").get() }, { keys: 1 })
    vault.close()
  })
)

it.live("a directory that holds a log is refused, and left as it is", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* Effect.provide(Effect.void, sqliteLayer(dir), { local: true })
    const content = () => readdirSync(dir).map((file) => [file, readFileSync(join(dir, file), "base64")])
    const before = content()
    assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file: "log.db", reason: "other_store" }))
    assert.deepStrictEqual(content(), before)
  })
)

it.live("a vault whose log lies elsewhere is no reason to make one here, and left as it is", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* opening(dir)
    const refused = yield* Effect.flip(Effect.provide(Effect.void, sqliteLayer(dir), { local: true }))
    assert.deepStrictEqual(refused, new DataDirRefused({ file: "log.db", reason: "log_lost" }))
    assert.match(refused.message, /restore both from one backup, or set EVENT_STORE=eventstoredb/)
    assert.sameMembers(readdirSync(dir), ["lock.db", "vault.db", "views-1.db"])
    yield* opening(dir)
  })
)

it.live("an empty log is none, and a first start that died goes on", () =>
  Effect.gen(function* () {
    for (const make of [
      (dir: string) => writeFileSync(join(dir, "log.db"), ""),
      (dir: string) => writeFileSync(join(dir, "vault.db"), ""),
      (dir: string) => openMigrated(dir, schema.vault).close()
    ]) {
      const dir = temporaryFolder()
      make(dir)
      yield* opening(dir)
    }
  })
)

it.live("a vault that is damaged, or another program's, is refused", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    inFile(dir, "vault.db", "CREATE TABLE notes (text)")
    assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file: "vault.db", reason: "foreign" }))
    writeFileSync(join(dir, "vault.db"), "no database, ".repeat(1000))
    assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file: "vault.db", reason: "damaged" }))
  })
)

it("a directory of a version that counted its starts in the log alone is opened as it is", () => {
  const dir = temporaryFolder()
  const { steps } = schema.vault
  openMigrated(dir, { ...schema.vault, steps: steps.slice(0, 1) }).close()
  inFile(dir, "vault.db", "INSERT INTO keys (id, wrapped) VALUES ('key', 'wrapped')")
  const vault = openMigrated(dir, schema.vault)
  assert.deepEqual({ ...vault.prepare("SELECT id, epoch FROM keys, writer").get() }, { id: "key", epoch: 0 })
  vault.close()
})
