import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { Messages } from "../../src/application/ports/messages.ts"
import { RegistrationList } from "../../src/application/ports/registration-list.ts"
import { Views, ViewsMoved } from "../../src/application/ports/views.ts"
import { ViewsRebuild } from "../../src/application/ports/views-rebuild.ts"
import { newMessage, newRow } from "../support/new-rows.ts"
import { pageOf, savePage } from "../support/saved-page.ts"

type Ports = Views | Messages | RegistrationList | ViewsRebuild

/** What every rebuild does. Each call of `makeLayer` stands for new views; building its layer again opens the same. */
export const viewsRebuildContract = (name: string, makeLayer: () => Layer.Layer<Ports, unknown>) =>
  layer(makeLayer(), { excludeTestServices: true })(`ViewsRebuild: ${name}`, (it) => {
    const here = <A, E>(test: Effect.Effect<A, E, Ports>) => Effect.provide(test, makeLayer(), { local: true })

    it.effect("none is due of views that this version made, unless something blocks their messages", () =>
      here(
        Effect.gen(function* () {
          const { isDue, begin, swap } = yield* ViewsRebuild
          assert.isFalse(yield* isDue(undefined))
          yield* savePage({ position: 5 })
          assert.isFalse(yield* isDue(undefined))
          yield* savePage({ position: 6, blocked: { position: 6, stream: "s", revision: 0 } })
          assert.isTrue(yield* isDue(undefined))
          const beside = yield* begin
          yield* beside.save(pageOf({ position: 6 }))
          assert.isTrue(yield* isDue(undefined))
          assert.isTrue(yield* swap)
          assert.isFalse(yield* isDue(undefined))
        })
      )
    )

    it.effect(
      "one is due where they were made with another duration, and goes on where it was begun with this one",
      () =>
        here(
          Effect.gen(function* () {
            const { isDue, begun, begin, swap } = yield* ViewsRebuild
            assert.isFalse(yield* isDue(7))
            yield* savePage({ position: 5, eraseAfter: 7 })
            assert.deepStrictEqual([yield* isDue(7), yield* isDue(8), yield* isDue(undefined)], [false, true, true])
            // By two configurations: whichever is in force, some were made under the other one.
            yield* savePage({ position: 6 })
            assert.deepStrictEqual([yield* isDue(7), yield* isDue(undefined)], [true, true])
            const beside = yield* begin
            assert.isDefined(yield* begun(8))
            yield* beside.save(pageOf({ position: 6, eraseAfter: 8 }))
            assert.isDefined(yield* begun(8))
            assert.deepStrictEqual([yield* begun(7), yield* begun(undefined)], [undefined, undefined])
            assert.isTrue(yield* swap)
            assert.deepStrictEqual([yield* isDue(8), yield* isDue(7)], [false, true])
          })
        )
    )

    it.effect(
      "new rows and messages are made beside those in use, which stay as they are until they are replaced",
      () =>
        here(
          Effect.gen(function* () {
            const [views, messages, { list, stats }] = [yield* Views, yield* Messages, yield* RegistrationList]
            const { begin, swap } = yield* ViewsRebuild
            const old = newRow({ dueAt: 5, submissionId: "s1" })
            const made = { ...old, dueAt: 6, submissionId: "s2", outcome: { kind: "failed", at: 1 } } as const
            const [oldMessage, madeMessage] = [newMessage(2), newMessage(3)]
            const last = { stream: "s", revision: 0, hash: "h" }
            yield* views.save(pageOf({ position: 4, epoch: 1, rows: [old], messages: [oldMessage] }))

            const beside = yield* begin
            assert.deepStrictEqual(
              [yield* beside.position, yield* beside.epoch, yield* beside.lastEvent],
              [0, 0, undefined]
            )
            assert.strictEqual((yield* beside.rows([old.id])).size, 0)
            yield* beside.save(pageOf({ position: 3, rows: [made], messages: [madeMessage], last }))
            assert.instanceOf(yield* Effect.flip(beside.save(pageOf({ position: 3 }))), ViewsMoved)
            assert.deepStrictEqual(yield* beside.rows([old.id]), new Map([[old.id, made]]))
            assert.deepStrictEqual(
              [yield* beside.idOfSubmission("s1"), yield* beside.idOfSubmission("s2")],
              [undefined, old.id]
            )
            const due = { id: old.id, revision: 3, tries: 0, reconciledIn: 0 }
            const seen = Effect.gen(function* () {
              const rows = [...(yield* views.rows([old.id])).values(), ...(yield* list({}, 10))]
              const found = [yield* views.idOfSubmission("s1"), yield* views.idOfSubmission("s2")]
              return {
                rows,
                due: yield* views.due(9, 9),
                found,
                read: (yield* messages.read(0, 9)).messages,
                end: yield* messages.end
              }
            })
            const before = yield* seen
            const unchanged = { rows: [old, old], due: [{ ...due, dueAt: 5 }], found: [old.id, undefined] }
            assert.deepStrictEqual(before, { ...unchanged, read: [oldMessage], end: { position: 4, epoch: 1 } })
            assert.isFalse(yield* swap)
            assert.deepStrictEqual(yield* seen, before)

            yield* beside.save(pageOf({ after: 3, position: 4, epoch: 1 }))
            assert.isTrue(yield* swap)
            assert.deepStrictEqual(yield* seen, {
              rows: [made, made],
              due: [{ ...due, dueAt: 6 }],
              found: [undefined, old.id],
              read: [madeMessage],
              end: { position: 4, epoch: 1 }
            })
            assert.deepStrictEqual(yield* views.lastEvent, last)
            assert.deepInclude((yield* stats(1)).byState, { failed: 1 })
            assert.strictEqual((yield* stats(1)).last24h.failed, 1)
          })
        )
    )

    it.effect(
      "whoever follows those in use learns that they were replaced, also at the same position, and goes on",
      () =>
        here(
          Effect.gen(function* () {
            const [views, { begin, swap }] = [yield* Views, yield* ViewsRebuild]
            yield* views.save(pageOf({ position: 4 }))
            const beside = yield* begin
            yield* beside.save(pageOf({ position: 4 }))
            assert.isTrue(yield* swap)
            const row = newRow()
            const next = pageOf({ after: 4, position: 5, rows: [row] })
            assert.instanceOf(yield* Effect.flip(views.save(next)), ViewsMoved)
            assert.deepStrictEqual([yield* views.position, (yield* views.rows([row.id])).size], [4, 0])
            yield* views.save(next)
            assert.deepStrictEqual([yield* views.position, (yield* views.rows([row.id])).size], [5, 1])
          })
        )
    )

    it.effect("a page and the replacement that come at once are never both done: nothing that was saved is lost", () =>
      here(
        Effect.gen(function* () {
          const [views, { begin, swap }] = [yield* Views, yield* ViewsRebuild]
          const outcomes = new Set<string>()
          for (let round = 0; round < 12; round++) {
            const after = yield* views.position
            const beside = yield* begin
            yield* beside.save(pageOf({ position: after }))
            const row = newRow()
            const save = Effect.isSuccess(views.save(pageOf({ after, position: after + 1, rows: [row] })))
            const both = round % 2 === 0 ? [save, swap] : [swap, save]
            const done = yield* Effect.all(both, { concurrency: "unbounded" })
            assert.strictEqual(done.filter(Boolean).length, 1)
            const isSaved = done[round % 2] === true
            outcomes.add(isSaved ? "saved" : "replaced")
            assert.deepStrictEqual(
              [yield* views.position, (yield* views.rows([row.id])).size],
              isSaved ? [after + 1, 1] : [after, 0]
            )
            if (!isSaved) yield* Effect.flip(views.save(pageOf({ after: -1, position: 0 })))
          }
          assert.deepStrictEqual(outcomes, new Set(["saved", "replaced"]))
        })
      )
    )

    it.effect("one that was begun is there after a restart; another begins without rows, also beside a reset", () =>
      Effect.gen(function* () {
        const stores = makeLayer()
        const row = newRow()
        yield* Effect.gen(function* () {
          const { begun, begin, swap } = yield* ViewsRebuild
          yield* savePage({ position: 9 })
          assert.isUndefined(yield* begun(undefined))
          assert.isFalse(yield* swap)
          const beside = yield* begin
          yield* beside.save(pageOf({ position: 4, rows: [row] }))
        }).pipe(Effect.provide(stores, { local: true }))
        yield* Effect.gen(function* () {
          const [views, { begun, begin, swap }] = [yield* Views, yield* ViewsRebuild]
          const beside = yield* begun(undefined)
          assert.isDefined(beside)
          assert.deepStrictEqual([yield* beside.position, (yield* beside.rows([row.id])).size], [4, 1])
          const anew = yield* begin
          assert.deepStrictEqual([yield* anew.position, (yield* anew.rows([row.id])).size], [0, 0])
          yield* anew.save(pageOf({ position: 9, rows: [row] }))
          yield* anew.reset
          assert.deepStrictEqual([yield* anew.position, (yield* anew.rows([row.id])).size], [0, 0])
          assert.isFalse(yield* swap)
          assert.strictEqual(yield* views.position, 9)
          yield* anew.save(pageOf({ position: 9, rows: [row] }))
          yield* views.reset
          assert.strictEqual(yield* views.position, 0)
          assert.isFalse(yield* swap)
          yield* views.save(pageOf({ position: 1 }))
        }).pipe(Effect.provide(stores, { local: true }))
      })
    )
  })
