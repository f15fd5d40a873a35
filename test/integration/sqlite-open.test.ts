import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { DataDirRefused } from "../../src/adapters/sqlite/data-dir-refused.ts"
import { openMigrated } from "../../src/adapters/sqlite/migrations.ts"
import * as schema from "../../src/adapters/sqlite/schema.ts"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { Views } from "../../src/application/ports/views.ts"
import { pageOf } from "../support/saved-page.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { newEvents, newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const inFile = (dir: string, file: string, sql: string) => {
  const db = new DatabaseSync(join(dir, file))
  db.exec(sql)
  db.close()
}
const opening = (dir: string) => Effect.provide(Effect.void, sqliteLayer(dir), { local: true })
const refusal = (dir: string) => Effect.flip(opening(dir))

/** Opens, appends some events to a new stream, and closes; how many events the log has then. */
const appendSome = (dir: string, count: number) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const stream = newId()
    yield* store.append(stream, noStream, newEvents(stream, noStream, count))
    return (yield* store.feed(0, 1000)).events.length
  }).pipe(Effect.provide(sqliteLayer(dir), { local: true }))

it.live("makes the directory and its files for their owner alone", () =>
  Effect.gen(function* () {
    const dir = join(temporaryFolder(), "made", "on the way")
    const files = yield* Effect.gen(function* () {
      const store = yield* EventStore
      yield* store.append("stream", noStream, newEvents("stream", noStream, 1))
      yield* Vault.use((vault) => vault.createKey(newId()))
      yield* Views.use((views) => views.save(pageOf({ position: 1 })))
      return readdirSync(dir).map((file) => [file, statSync(join(dir, file)).mode & 0o777] as const)
    }).pipe(Effect.provide(sqliteLayer(dir)))
    assert.strictEqual(statSync(dir).mode & 0o777, 0o700)
    const databases = ["log.db", "vault.db", "views-1.db"]
    const expected = [...databases, ...databases.flatMap((file) => [`${file}-wal`, `${file}-shm`]), "lock.db"]
    assert.deepStrictEqual(new Map(files), new Map(expected.map((file) => [file, 0o600])))
  })
)

it.live("leaves databases without leftovers when it closes", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* appendSome(dir, 3)
    assert.sameMembers(readdirSync(dir), ["lock.db", "log.db", "vault.db", "views-1.db"])
  })
)

it.live("lets nobody else in while it is open, and the next one afterwards", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    const error = yield* refusal(dir).pipe(Effect.provide(sqliteLayer(dir)))
    assert.deepStrictEqual(error, new DataDirRefused({ file: "lock.db", reason: "in_use" }))
    assert.strictEqual(yield* appendSome(dir, 1), 1)
  })
)

it.live("lets others read beside it", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* Effect.gen(function* () {
      const store = yield* EventStore
      const reader = new DatabaseSync(join(dir, "log.db"), { readOnly: true })
      yield* store.append("stream", noStream, newEvents("stream", noStream, 3))
      assert.deepEqual({ ...reader.prepare("SELECT count(*) AS count FROM events").get() }, { count: 3 })
      reader.close()
    }).pipe(Effect.provide(sqliteLayer(dir)))
  })
)

it.live("raises the writer epoch with each start", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    for (let start = 0; start < 3; start++) yield* opening(dir)
    const log = new DatabaseSync(join(dir, "log.db"), { readOnly: true })
    assert.deepEqual({ ...log.prepare("SELECT epoch FROM writer").get() }, { epoch: 3 })
    log.close()
  })
)

it.live("makes the tables of an empty database", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    for (const file of ["log.db", "vault.db"]) inFile(dir, file, "PRAGMA user_version = 0")
    writeFileSync(join(dir, "views-1.db"), "")
    assert.strictEqual(yield* appendSome(dir, 2), 2)
  })
)

it("runs each migration once, each whole or not at all", () => {
  const dir = temporaryFolder()
  const database = { ...schema.log, file: "any.db" }
  const [one, two] = ["CREATE TABLE a (x)", "ALTER TABLE a ADD y; UPDATE a SET y = 2"] as const
  const rows = (steps: ReadonlyArray<string>) => {
    const db = openMigrated(dir, { ...database, steps })
    const found = db.prepare("SELECT * FROM a").all()
    db.close()
    return found.map((row) => ({ ...row }))
  }
  assert.deepStrictEqual(rows([one]), [])
  inFile(dir, "any.db", "INSERT INTO a VALUES (1)")
  assert.deepStrictEqual(rows([one]), [{ x: 1 }])
  assert.throws(() => rows([one, `${two}; nonsense`]), "any.db: it cannot be opened (SQLITE_ERROR): ")
  assert.deepStrictEqual(rows([one]), [{ x: 1 }])
  assert.deepStrictEqual(rows([one, two]), [{ x: 1, y: 2 }])
  assert.deepStrictEqual(rows([one, two]), [{ x: 1, y: 2 }])
  assert.throws(() => rows([one]), "any.db: it was written by a newer version of this program: ")
})

it.live("refuses what a newer version wrote, and leaves it as it is", () =>
  Effect.gen(function* () {
    for (const { file, steps } of [schema.log, schema.vault]) {
      const dir = temporaryFolder()
      yield* opening(dir)
      inFile(dir, file, "PRAGMA user_version = 99")
      assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file, reason: "newer_schema" }))
      inFile(dir, file, `PRAGMA user_version = ${steps.length}`)
      yield* opening(dir)
    }
  })
)

/** How a database file can be broken: each from its bytes. */
const breaks: { readonly [how: string]: (bytes: Buffer) => string | Buffer } = {
  "no database": () => "no database, ".repeat(1000),
  "one byte": () => "x",
  "another header": (bytes) => Buffer.concat([Buffer.alloc(100, 1), bytes.subarray(100)]),
  "only half a header": (bytes) => bytes.subarray(0, 50),
  "only a header": (bytes) => bytes.subarray(0, 100),
  "cut within its first page": (bytes) => bytes.subarray(0, 1000),
  "cut after its first page": (bytes) => bytes.subarray(0, 4096),
  "cut by a page": (bytes) => bytes.subarray(0, bytes.length - 4096),
  "cut by a byte": (bytes) => bytes.subarray(0, bytes.length - 1),
  "filled with something else": (bytes) => Buffer.from(bytes).fill(255, 100)
}

it.live("refuses what is no database or is damaged, and leaves it as it is", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* appendSome(dir, 3)
    for (const file of ["log.db", "vault.db"]) {
      const path = join(dir, file)
      const bytes = readFileSync(path)
      for (const [how, broken] of Object.entries(breaks)) {
        writeFileSync(path, broken(bytes))
        const before = readFileSync(path)
        assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file, reason: "damaged" }), how)
        assert.isTrue(before.equals(readFileSync(path)), how)
      }
      writeFileSync(path, bytes)
    }
    assert.strictEqual(yield* appendSome(dir, 1), 4)
  })
)

it.live("refuses somebody else's databases, and each of ours under another's name", () =>
  Effect.gen(function* () {
    for (const file of ["log.db", "vault.db"]) {
      const dir = temporaryFolder()
      inFile(dir, file, "CREATE TABLE notes (text)")
      assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file, reason: "foreign" }))
    }
    const dir = temporaryFolder()
    yield* opening(dir)
    copyFileSync(join(dir, "views-1.db"), join(dir, "log.db"))
    assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file: "log.db", reason: "foreign" }))
  })
)

it.live("makes neither log nor vault anew when the other one is in use", () =>
  Effect.gen(function* () {
    for (const [file, reason] of [
      ["log.db", "log_lost"],
      ["vault.db", "lost"]
    ] as const)
      for (const lose of [(path: string) => rmSync(path), (path: string) => writeFileSync(path, "")]) {
        const dir = temporaryFolder()
        yield* appendSome(dir, 3)
        const path = join(dir, file)
        const bytes = readFileSync(path)
        lose(path)
        const files = () => readdirSync(dir).map((name) => [name, statSync(join(dir, name)).size])
        const before = files()
        assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file, reason }))
        assert.deepStrictEqual(files(), before)
        writeFileSync(path, bytes)
        assert.strictEqual(yield* appendSome(dir, 1), 4)
      }
  })
)

it.live("goes on with a first start that died before anything was written", () =>
  Effect.gen(function* () {
    for (const made of [[schema.vault], [schema.vault, schema.log]]) {
      const dir = temporaryFolder()
      for (const database of made) openMigrated(dir, database).close()
      assert.strictEqual(yield* appendSome(dir, 2), 2)
    }
  })
)

it.live("takes the files back from others who could read them", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* appendSome(dir, 1)
    const unfinished = temporaryFolder()
    // As it lies there after a crash, and after a copy that did not keep the modes.
    yield* Effect.sync(() => cpSync(dir, unfinished, { recursive: true })).pipe(Effect.provide(sqliteLayer(dir)))
    assert.includeMembers(readdirSync(unfinished), ["log.db-wal", "log.db-shm", "vault.db-wal"])
    for (const file of readdirSync(unfinished)) chmodSync(join(unfinished, file), 0o644)
    yield* Effect.sync(() => {
      for (const file of readdirSync(unfinished))
        assert.strictEqual(statSync(join(unfinished, file)).mode & 0o777, 0o600)
    }).pipe(Effect.provide(sqliteLayer(unfinished)))
  })
)

it.live("refuses a lock that holds something, which nobody of ours wrote", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    writeFileSync(join(dir, "lock.db"), "no database, ".repeat(1000))
    assert.deepStrictEqual(yield* refusal(dir), new DataDirRefused({ file: "lock.db", reason: "no_lock" }))
  })
)

it("says in one sentence what is wrong and what to do", () => {
  for (const reason of DataDirRefused.fields.reason.literals)
    for (const error of [
      new DataDirRefused({ file: "log.db", reason }),
      new DataDirRefused({ file: "log.db", reason, code: "EIO" })
    ])
      assert.match(error.message, /^log\.db: [^:\n]+: [^:\n]+\.$/)
})

it.live("refuses a directory that it cannot make or write", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    writeFileSync(join(dir, "file"), "")
    const inAFile = join(dir, "file", "data")
    assert.deepStrictEqual(
      yield* refusal(inAFile),
      new DataDirRefused({ file: inAFile, reason: "cannot_open", code: "ENOTDIR" })
    )
    mkdirSync(join(dir, "log.db"))
    assert.deepStrictEqual(
      yield* refusal(dir),
      new DataDirRefused({ file: "log.db", reason: "cannot_open", code: "SQLITE_CANTOPEN" })
    )
  })
)

it.live("makes views anew that do not open, or are not ours", () =>
  Effect.gen(function* () {
    const broken = [
      (dir: string) => writeFileSync(join(dir, "views-1.db"), "no database, ".repeat(1000)),
      (dir: string) => inFile(dir, "views-1.db", "PRAGMA application_id = 1"),
      (dir: string) => inFile(dir, "views-1.db", "PRAGMA user_version = 99"),
      (dir: string) => inFile(dir, "views-1.db", "DROP TABLE generations"),
      (dir: string) => inFile(dir, "views-1.db", "DELETE FROM live"),
      (dir: string) => writeFileSync(join(dir, "views-1.db"), readFileSync(join(dir, "views-1.db")).subarray(0, 4096)),
      (dir: string) => rmSync(join(dir, "views-1.db"))
    ]
    for (const breakIt of broken) {
      const dir = temporaryFolder()
      yield* appendSome(dir, 3)
      yield* Views.use((views) => views.save(pageOf({ position: 3 }))).pipe(Effect.provide(sqliteLayer(dir)))
      const position = Views.use((views) => views.position).pipe(Effect.provide(sqliteLayer(dir), { local: true }))
      assert.strictEqual(yield* position, 3)
      breakIt(dir)
      assert.strictEqual(yield* position, 0)
      assert.strictEqual(yield* appendSome(dir, 1), 4)
    }
  })
)

it.live("keeps views that know more than the log, for whoever opens it to say so", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* appendSome(dir, 3)
    yield* Views.use((views) => views.save(pageOf({ position: 4 }))).pipe(Effect.provide(sqliteLayer(dir)))
    assert.strictEqual(yield* Views.use((views) => views.position).pipe(Effect.provide(sqliteLayer(dir))), 4)
  })
)
