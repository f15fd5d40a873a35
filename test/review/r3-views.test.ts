import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Views } from "../../src/application/ports/views.ts"
import { ViewsRebuild } from "../../src/application/ports/views-rebuild.ts"
import { newRow } from "../support/new-rows.ts"
import { pageOf, savePage } from "../support/saved-page.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const day = 86_400_000

it.live("ERASE_AFTER lowered again: what the driver put off under the longer duration is due by the shorter one", () =>
  Effect.gen(function* () {
    const [views, { begin, swap, isDue }] = [yield* Views, yield* ViewsRebuild]
    const ended = newRow({ dueAt: 1 * day })
    // ERASE_AFTER of a day.
    yield* views.save(pageOf({ position: 4, rows: [ended], eraseAfter: day }))
    // A start with ten years; before the rebuild is done the driver finds the row due, and puts it off ("made under another configuration").
    yield* views.postpone(ended.id, ended.revision, 3650 * day, 0)
    const long = yield* begin
    yield* long.save(pageOf({ position: 4, rows: [{ ...ended, dueAt: 3650 * day }], eraseAfter: 3650 * day }))
    assert.isTrue(yield* swap)
    // A start with a day.
    assert.isTrue(yield* isDue(day))
    const short = yield* begin
    yield* short.save(pageOf({ position: 4, rows: [ended], eraseAfter: day }))
    assert.isTrue(yield* swap)
    assert.deepStrictEqual(
      (yield* views.due(2 * day, 9)).map(({ id }) => id),
      [ended.id]
    )
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)

it.live("rows saved with another ERASE_AFTER before a rebuild got done: one is due under the former too", () =>
  Effect.gen(function* () {
    const { isDue } = yield* ViewsRebuild
    yield* savePage({ position: 5, eraseAfter: day })
    // A start without ERASE_AFTER; an end comes before the rebuild is done, and its row is due never. The process ends.
    yield* savePage({ position: 6, rows: [newRow()] })
    // A start with a day again.
    assert.isTrue(yield* isDue(day))
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)
