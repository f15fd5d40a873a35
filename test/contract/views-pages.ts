import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { Messages } from "../../src/application/ports/messages.ts"
import { Views, ViewsMoved } from "../../src/application/ports/views.ts"
import { newMessage, newRow } from "../support/new-rows.ts"
import { pageOf } from "../support/saved-page.ts"

/** What every store of views does with pages that do not follow on what is there. Each call of `makeLayer` stands for new views. */
export const viewsPagesContract = (name: string, makeLayer: () => Layer.Layer<Views | Messages, unknown>) =>
  layer(makeLayer(), { excludeTestServices: true })(`Pages of views: ${name}`, (it) => {
    it.effect("nothing of a page is saved that does not follow on the position", () =>
      Effect.gen(function* () {
        const [views, messages] = [yield* Views, yield* Messages]
        const row = newRow({ submissionId: "s1" })
        yield* views.save(pageOf({ position: 10 }))
        for (const after of [0, 9, 11]) {
          const page = { rows: [row], messages: [newMessage(12)], restores: [{ epoch: 1, position: 12 }] }
          const blocked = { position: 12, stream: "s", revision: 0 }
          const refused = yield* Effect.flip(views.save(pageOf({ after, position: 12, epoch: 1, ...page, blocked })))
          assert.instanceOf(refused, ViewsMoved)
        }
        assert.strictEqual((yield* views.rows([row.id])).size, 0)
        assert.deepStrictEqual(yield* messages.end, { position: 10, epoch: 0 })
        assert.deepStrictEqual((yield* messages.read(0, 10)).messages, [])
        assert.isUndefined(yield* messages.restoredAfter(0))
        yield* views.save(pageOf({ after: 10, position: 12, rows: [row] }))
        assert.deepStrictEqual((yield* views.rows([row.id])).get(row.id), row)
      })
    )

    it.effect("of pages that are saved at once after the same position one is", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const after = yield* views.position
        const rows = Array.from({ length: 8 }, () => newRow())
        const saved = yield* Effect.forEach(
          rows,
          (row) => Effect.isSuccess(views.save(pageOf({ after, position: after + 1, rows: [row] }))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(saved.filter(Boolean).length, 1)
        const kept = yield* views.rows(rows.map(({ id }) => id))
        assert.deepStrictEqual([...kept.keys()], [rows[saved.indexOf(true)]?.id])
        assert.strictEqual(yield* views.position, after + 1)
      })
    )
  })
