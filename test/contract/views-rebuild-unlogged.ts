import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { type Row, Views } from "../../src/application/ports/views.ts"
import { ViewsRebuild } from "../../src/application/ports/views-rebuild.ts"
import { failed, newRow } from "../support/new-rows.ts"
import { pageOf } from "../support/saved-page.ts"

type Ports = Views | ViewsRebuild

/** Of what is due: when, how often it was put off, and in which epoch it was reconciled. */
const dueOf = (views: Views["Service"]) =>
  Effect.map(
    views.due(Number.MAX_SAFE_INTEGER, 100),
    (all) => new Map(all.map(({ id, dueAt, tries, reconciledIn }) => [id, [dueAt, tries, reconciledIn]]))
  )

const rowsOf = <Name extends string>(names: ReadonlyArray<Name>) =>
  Object.fromEntries(names.map((name) => [name, newRow({ dueAt: 10 })])) as { readonly [K in Name]: Row }

/** What the log does not say, and every rebuild keeps. Each call of `makeLayer` stands for new views. */
export const unloggedContract = (name: string, makeLayer: () => Layer.Layer<Ports, unknown>) =>
  layer(makeLayer(), { excludeTestServices: true })(`ViewsRebuild: ${name}`, (it) => {
    const here = <A, E>(test: Effect.Effect<A, E, Ports>) => Effect.provide(test, makeLayer(), { local: true })

    it.effect("those beside have what the log does not say of the live ones, of rows for which something is due", () =>
      here(
        Effect.gen(function* () {
          const [views, { begin, swap }] = [yield* Views, yield* ViewsRebuild]
          const names = ["putOff", "other", "reconciled", "savedSince", "ended", "newer"] as const
          const rows = rowsOf(names)
          const { putOff, other, reconciled, savedSince, ended, newer } = rows
          yield* views.save(pageOf({ position: 4, rows: Object.values(rows) }))
          for (const row of [putOff, ended, newer]) yield* views.postpone(row.id, 3, 20, 2)
          yield* views.reconciled(reconciled.id, 2)
          yield* views.reconciled(savedSince.id, 1)
          yield* views.save(pageOf({ after: 4, position: 5, rows: [{ ...savedSince, revision: 4, reconciledIn: 1 }] }))
          const { dueAt: _, ...over } = ended
          const made = [putOff, other, reconciled, { ...savedSince, revision: 4 }, over, { ...newer, revision: 4 }]
          const expected = new Map([
            [putOff.id, [20, 2, 0]],
            [other.id, [10, 0, 0]],
            [reconciled.id, [10, 0, 2]],
            [savedSince.id, [10, 0, 1]],
            [newer.id, [10, 0, 0]]
          ])
          for (let times = 0; times < 2; times++) {
            const beside = yield* begin
            yield* beside.save(pageOf({ position: 5, rows: made }))
            assert.deepStrictEqual(yield* dueOf(beside), expected)
            assert.isTrue(yield* swap)
            assert.deepStrictEqual(yield* dueOf(views), expected)
          }
        })
      )
    )

    it.effect("what is put off, reconciled or brought forward while new ones are made holds for them too", () =>
      here(
        Effect.gen(function* () {
          const [views, { begin, swap }] = [yield* Views, yield* ViewsRebuild]
          const names = ["putOff", "reconciled", "ahead", "behind"] as const
          const { putOff, reconciled, ahead, behind } = rowsOf(names)
          const late = newRow({ dueAt: failed.updatedAt + 50 })
          yield* views.save(pageOf({ position: 4, rows: [putOff, reconciled, ahead, behind, late] }))
          const beside = yield* begin
          const others = [
            { ...ahead, revision: 4 },
            { ...behind, revision: 2 }
          ]
          yield* beside.save(pageOf({ position: 3, rows: [putOff, reconciled, ...others, late] }))
          for (const { id } of [putOff, ahead, behind]) yield* views.postpone(id, 3, 20, 2)
          yield* views.reconciled(reconciled.id, 2)
          yield* views.bringForward(failed.updatedAt - 100)
          const expected = new Map([
            [putOff.id, [20, 2, 0]],
            [reconciled.id, [10, 0, 2]],
            [ahead.id, [10, 0, 0]],
            [behind.id, [10, 0, 0]],
            [late.id, [failed.updatedAt - 50, 0, 0]]
          ])
          assert.deepStrictEqual(yield* dueOf(beside), expected)
          yield* beside.save(pageOf({ after: 3, position: 4, rows: [behind] }))
          assert.isTrue(yield* swap)
          assert.deepStrictEqual(yield* dueOf(views), expected.set(behind.id, [20, 2, 0]))
        })
      )
    )

    it.effect("what was put off with another time to keep data is due as those beside say", () =>
      here(
        Effect.gen(function* () {
          const [views, { begin, swap }] = [yield* Views, yield* ViewsRebuild]
          const ended = newRow({ dueAt: 10 })
          yield* views.save(pageOf({ position: 4, rows: [ended], eraseAfter: 1 }))
          // By the longer one it was due too early, and is put off before the rebuild is done.
          yield* views.postpone(ended.id, ended.revision, 3650, 0)
          for (const [eraseAfter, dueAt] of [
            [365, 3650],
            [1, 10]
          ] as const) {
            const beside = yield* begin
            yield* beside.save(pageOf({ position: 4, rows: [{ ...ended, dueAt }], eraseAfter }))
            assert.isTrue(yield* swap)
            assert.deepStrictEqual(yield* dueOf(views), new Map([[ended.id, [dueAt, 0, 0]]]))
          }
        })
      )
    )

    it.effect("what this version finds due of a row that was reconciled after its end stays due", () =>
      here(
        Effect.gen(function* () {
          const [views, { begin, swap }] = [yield* Views, yield* ViewsRebuild]
          const ended = newRow()
          yield* views.save(pageOf({ position: 4, rows: [ended] }))
          yield* views.reconciled(ended.id, 1)
          const beside = yield* begin
          yield* beside.save(pageOf({ position: 4, rows: [{ ...ended, dueAt: 5 }] }))
          assert.isTrue(yield* swap)
          assert.deepStrictEqual(yield* dueOf(views), new Map([[ended.id, [5, 0, 1]]]))
        })
      )
    )
  })
