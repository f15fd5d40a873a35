import { rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Messages } from "../../src/application/ports/messages.ts"
import { RegistrationList } from "../../src/application/ports/registration-list.ts"
import { type Row, Views } from "../../src/application/ports/views.ts"
import { ViewsRebuild } from "../../src/application/ports/views-rebuild.ts"
import { stateNames } from "../../src/domain/registration/registration.ts"
import { failed, newMessage, newRow } from "../support/new-rows.ts"
import { pageOf } from "../support/saved-page.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

/** As the version before lists and messages has left it. */
const schema = `CREATE TABLE position (position INTEGER NOT NULL, epoch INTEGER NOT NULL DEFAULT 0, stream TEXT, revision INTEGER,
    hash TEXT) STRICT;
  INSERT INTO position VALUES (0, 0, NULL, NULL, NULL);
  CREATE TABLE registrations (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, state TEXT NOT NULL, due_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0, submission_id TEXT, planned_at INTEGER NOT NULL DEFAULT 0,
    reconciled_in INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX due ON registrations (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX submission ON registrations (submission_id) WHERE submission_id IS NOT NULL;
  PRAGMA application_id = 0x63727677; PRAGMA user_version = 3`

/** A directory whose rows are of the version before. */
const oldDir = Effect.fnUntraced(function* (rows: ReadonlyArray<Row>, position: number, more = "") {
  const dir = temporaryFolder()
  yield* Effect.provide(Effect.void, sqliteLayer(dir), { local: true })
  rmSync(join(dir, "views-1.db"))
  const db = new DatabaseSync(join(dir, "views-1.db"))
  db.exec(schema)
  const insert = db.prepare("INSERT INTO registrations VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
  for (const { id, revision, state, dueAt, submissionId, reconciledIn } of rows)
    insert.run(id, revision, JSON.stringify(state), dueAt ?? null, 2, submissionId ?? null, 77, reconciledIn)
  db.prepare("UPDATE position SET position = ?, epoch = 1, stream = 's', revision = 4, hash = 'h'").run(position)
  db.exec(more)
  db.close()
  return { dir, layer: sqliteLayer(dir) }
})
const tags = Object.keys(stateNames) as ReadonlyArray<keyof typeof stateNames>
const rows = tags.map((_tag, i) => {
  const request = { ...failed.request, tenant: i < 5 ? "acmé" : "other" }
  const state = { ...failed, _tag, request, requestedAt: failed.requestedAt - i } as Row["state"]
  return newRow({ state, submissionId: `s${i}`, reconciledIn: 1, ...(i === 0 ? { dueAt: 5 } : {}) })
})

it.live("rows of the version before lists go on as they are, and are listed and counted at once", () =>
  Effect.gen(function* () {
    const { layer } = yield* oldDir(rows, 40)
    yield* Effect.gen(function* () {
      const [views, { list, stats }] = [yield* Views, yield* RegistrationList]
      const last = { stream: "s", revision: 4, hash: "h" }
      assert.deepStrictEqual([yield* views.position, yield* views.epoch, yield* views.lastEvent], [40, 1, last])
      assert.deepStrictEqual([...(yield* views.rows(rows.map(({ id }) => id))).values()].sort(byTime), rows)
      assert.deepStrictEqual(yield* views.due(9, 9), [
        { id: rows[0]?.id ?? "", revision: 3, dueAt: 5, tries: 2, reconciledIn: 1 }
      ])
      assert.strictEqual(yield* views.idOfSubmission("s3"), rows[3]?.id)
      assert.deepStrictEqual(yield* list({}, 100), rows)
      assert.deepStrictEqual(
        yield* list({ tenant: "other", state: "issued", partnerUserIdType: "ACME_USER_ID" }, 9),
        rows.filter(({ state }) => state._tag === "Issued")
      )
      const { byState } = yield* stats(0)
      assert.deepStrictEqual(byState, Object.fromEntries(Object.values(stateNames).map((name) => [name, 1])))
    }).pipe(Effect.provide(layer))
  })
)

it.live("their messages are not there before a rebuild, which is due, and takes along what the log does not say", () =>
  Effect.gen(function* () {
    const { layer } = yield* oldDir(rows, 40)
    yield* Effect.gen(function* () {
      const [views, messages, { isDue, begin, swap }] = [yield* Views, yield* Messages, yield* ViewsRebuild]
      assert.isTrue(yield* isDue(undefined))
      yield* views.save(pageOf({ after: 40, position: 41, epoch: 1, messages: [newMessage(41)] }))
      assert.deepStrictEqual([(yield* messages.end).position, (yield* messages.read(0, 9)).messages], [0, []])
      assert.strictEqual(yield* messages.count(0, 9), 0)
      const beside = yield* begin
      const made = [newMessage(3), newMessage(41)]
      const again = rows.map((row) => ({ ...row, reconciledIn: 0 }))
      yield* beside.save(pageOf({ position: 41, epoch: 1, rows: again, messages: made }))
      assert.isTrue(yield* swap)
      assert.isFalse(yield* isDue(undefined))
      assert.deepStrictEqual([(yield* messages.end).position, (yield* messages.read(0, 9)).messages], [41, made])
      assert.deepStrictEqual(yield* views.due(9, 9), [
        { id: rows[0]?.id ?? "", revision: 3, dueAt: 5, tries: 2, reconciledIn: 1 }
      ])
    }).pipe(Effect.provide(layer))
  })
)

it.live(
  "an old file without rows is complete from the start; one with rows that nobody of ours wrote is made anew",
  () =>
    Effect.gen(function* () {
      const empty = yield* oldDir([], 0)
      const strange = [
        "UPDATE registrations SET state = 'no JSON'",
        `UPDATE registrations SET state = '{"_tag":"Requested"}'`,
        "DROP TABLE position"
      ]
      const broken = yield* Effect.forEach(strange, (sql) => oldDir(rows.slice(0, 2), 40, sql))
      for (const { layer } of [empty, ...broken])
        yield* Effect.gen(function* () {
          const [views, messages, { isDue }] = [yield* Views, yield* Messages, yield* ViewsRebuild]
          assert.deepStrictEqual([yield* views.position, (yield* views.rows([rows[0]?.id ?? ""])).size], [0, 0])
          assert.isFalse(yield* isDue(undefined))
          const saved = newMessage(1)
          yield* views.save(pageOf({ position: 1, messages: [saved] }))
          assert.deepStrictEqual((yield* messages.read(0, 9)).messages, [saved])
          assert.isFalse(yield* isDue(undefined))
        }).pipe(Effect.provide(layer, { local: true }))
    })
)

const byTime = (one: Row, other: Row) => other.state.requestedAt - one.state.requestedAt
