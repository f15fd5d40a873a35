import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ViewsRebuild } from "../../src/application/ports/views-rebuild.ts"
import { eventually } from "../support/eventually.ts"
import { newMessage, newRow } from "../support/new-rows.ts"
import { pageOf, savePage } from "../support/saved-page.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { viewsRebuildContract } from "./views-rebuild.ts"
import { unloggedContract } from "./views-rebuild-unlogged.ts"

viewsRebuildContract("SQLite", () => sqliteLayer(temporaryFolder()))
unloggedContract("SQLite", () => sqliteLayer(temporaryFolder()))

const rows = Array.from({ length: 450 }, () => newRow())
const messages = Array.from({ length: 450 }, (_, i) => newMessage(i + 1))

/** Leaves a generation that nobody needs, and waits until it is gone. */
const removal = async (dir: string) => {
  const db = new DatabaseSync(join(dir, "views-1.db"), { timeout: 10_000 })
  db.exec("INSERT INTO generations (generation, version) VALUES (0, 1)")
  const found = db.prepare("SELECT 1 FROM generations WHERE generation = 0")
  await eventually("the removal of a generation", () => found.get() === undefined)
  db.close()
}

/** How many rows each table has of each generation, once there is only one. */
const left = (dir: string) =>
  Effect.promise(() =>
    eventually("the removal of what was replaced", () => {
      const db = new DatabaseSync(join(dir, "views-1.db"), { readOnly: true })
      const tables = ["generations", "registrations", "messages", "counts", "restores"]
      const found = tables.map((table) =>
        db.prepare(`SELECT generation, count(*) AS n FROM ${table} GROUP BY generation`).all()
      )
      db.close()
      return found.every((generations) => generations.length <= 1) && found.map(([only]) => ({ ...only }))
    })
  )

it.live("SQLite: what is being made beside the live ones stays, however often it is looked for what to remove", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* Effect.gen(function* () {
      yield* savePage({ position: 9 })
      const beside = yield* (yield* ViewsRebuild).begin
      yield* beside.save(pageOf({ position: 4, rows: rows.slice(0, 3) }))
      // A pass ends before the next one begins: after the second one the first has seen all that there is.
      for (let pass = 0; pass < 2; pass++) yield* Effect.promise(() => removal(dir))
      assert.strictEqual(yield* beside.position, 4)
      assert.strictEqual((yield* beside.rows(rows.map(({ id }) => id))).size, 3)
    }).pipe(Effect.provide(sqliteLayer(dir)))
  })
)

it.live("SQLite: what was replaced is removed, also what a process left behind that died; what is in use stays", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    yield* Effect.gen(function* () {
      const { begin, swap } = yield* ViewsRebuild
      yield* savePage({ position: 450, rows, messages, restores: [{ epoch: 1, position: 3 }] })
      const beside = yield* begin
      yield* beside.save(pageOf({ position: 450, rows: rows.slice(0, 7), messages: messages.slice(0, 5) }))
      assert.isTrue(yield* swap)
      const kept = yield* left(dir)
      assert.deepStrictEqual(kept, [
        { generation: 2, n: 1 },
        { generation: 2, n: 7 },
        { generation: 2, n: 5 },
        { generation: 2, n: 1 },
        {}
      ])
      for (let begun = 0; begun < 2; begun++) yield* (yield* begin).save(pageOf({ position: 450, rows, messages }))
    }).pipe(Effect.provide(sqliteLayer(dir), { local: true }))
    const file = new DatabaseSync(join(dir, "views-1.db"))
    // What was begun last was begun by another version.
    file.exec("UPDATE generations SET version = 1 WHERE generation = (SELECT max(generation) FROM generations)")
    file.close()
    yield* Effect.gen(function* () {
      const kept = yield* left(dir)
      assert.deepStrictEqual(kept.slice(0, 2), [
        { generation: 2, n: 1 },
        { generation: 2, n: 7 }
      ])
    }).pipe(Effect.provide(sqliteLayer(dir), { local: true }))
  })
)
