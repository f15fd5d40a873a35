import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import { type Row, type SavedPage, Views } from "../../src/application/ports/views.ts"
import { newRow, failed as state } from "../support/new-rows.ts"
import { savePage } from "../support/saved-page.ts"
import { newEvents, newId } from "../support/stored-events.ts"

const save = (rows: ReadonlyArray<Row>, position: number, epoch: number, last?: SavedPage["last"]) =>
  savePage({ rows, position, epoch, ...(last ? { last } : {}) })
/** Not due for any other case. */
const dueFrom = (() => {
  let next = 0
  return () => (next += 1_000_000)
})()

/**
 * What every store of views does. Each call of `makeLayer` stands for new views and the log that they are derived from; building its layer
 * again opens the same.
 */
export const viewsContract = (name: string, makeLayer: () => Layer.Layer<Views | EventStore, unknown>) =>
  layer(makeLayer(), { excludeTestServices: true })(`Views: ${name}`, (it) => {
    it.effect("starts at position 0 without rows", () =>
      Effect.gen(function* () {
        const views = yield* Views
        assert.strictEqual(yield* views.position, 0)
        assert.strictEqual(yield* views.epoch, 0)
        assert.isUndefined(yield* views.lastEvent)
        assert.strictEqual((yield* views.rows([newId()])).size, 0)
        assert.deepStrictEqual(yield* views.due(Number.MAX_SAFE_INTEGER, 10), [])
        assert.isUndefined(yield* views.idOfSubmission(newId()))
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("gives rows back as they were saved, by their ids alone", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const outcome = { kind: "issued", at: 5, verdictAfter: 7 } as const
        const rows = [
          newRow({ dueAt: dueFrom(), submissionId: newId(), outcome }),
          newRow({ outcome: { kind: "failed", at: 6 } }),
          newRow()
        ] as const
        yield* save(rows, 1, 0)
        const found = yield* views.rows([rows[0].id, newId(), rows[1].id])
        assert.deepStrictEqual(found, new Map([rows[0], rows[1]].map((row) => [row.id, row])))
        assert.strictEqual((yield* views.rows([])).size, 0)
      })
    )

    it.effect("saves hundreds of rows, and its position with them", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const rows = Array.from({ length: 700 }, () => newRow())
        yield* save(rows, 4711, 0)
        assert.strictEqual(yield* views.position, 4711)
        assert.strictEqual((yield* views.rows(rows.map(({ id }) => id))).size, 700)
        yield* save([], 4712, 0)
        assert.strictEqual(yield* views.position, 4712)
      })
    )

    it.effect("has the epoch of its position, and the last event, also where other people's follow", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const [first, second] = [0, 1].map((revision) => ({ stream: "s", revision, hash: String(revision).repeat(64) }))
        const steps = [
          [1, 3, first],
          [2, 4],
          [3, 4, second]
        ] as const
        for (const [position, epoch, last] of steps) {
          yield* save([], position, epoch, last)
          assert.deepStrictEqual([yield* views.epoch, yield* views.lastEvent], [epoch, position < 3 ? first : second])
        }
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("knows in which epoch a row was reconciled, and never goes back there", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const [row, other] = [newRow({ dueAt: dueFrom(), reconciledIn: 1 }), newRow({ dueAt: dueFrom() })]
        const reconciledIn = Effect.map(views.rows([row.id, other.id]), (rows) =>
          [row, other].map(({ id }) => rows.get(id)?.reconciledIn)
        )
        yield* save([row, other], 1, 1)
        assert.deepStrictEqual(yield* reconciledIn, [1, 0])
        yield* views.reconciled(row.id, 3)
        yield* views.reconciled(newId(), 3)
        assert.deepStrictEqual(yield* reconciledIn, [3, 0])
        yield* views.reconciled(row.id, 2)
        yield* save([{ ...row, revision: 4 }], 2, 3)
        assert.deepStrictEqual(yield* reconciledIn, [3, 0])
        const due = yield* views.due(Number.MAX_SAFE_INTEGER, 10_000)
        assert.strictEqual(due.find(({ id }) => id === row.id)?.reconciledIn, 3)
        yield* save([{ ...row, reconciledIn: 5 }], 3, 5)
        assert.deepStrictEqual(yield* reconciledIn, [5, 0])
      })
    )

    it.effect("has nothing left after a reset", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const row = newRow({ dueAt: 5, submissionId: newId() })
        yield* save([row, newRow()], 9, 2, { stream: "s", revision: 0, hash: "0" })
        yield* views.reset
        assert.deepStrictEqual([yield* views.position, yield* views.epoch, yield* views.lastEvent], [0, 0, undefined])
        assert.strictEqual((yield* views.rows([row.id])).size, 0)
        assert.deepStrictEqual(yield* views.due(Number.MAX_SAFE_INTEGER, 10), [])
        assert.isUndefined(yield* views.idOfSubmission(row.submissionId ?? ""))
        yield* save([row], 1, 0)
        assert.deepStrictEqual((yield* views.rows([row.id])).get(row.id), row)
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("replaces a row whole", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const due = dueFrom()
        const [first, second] = [newId(), newId()]
        const row = newRow({ dueAt: due, submissionId: first })
        yield* save([row], 1, 0)
        const next = { ...row, revision: 4, submissionId: second }
        yield* save([next], 2, 0)
        assert.deepStrictEqual((yield* views.rows([row.id])).get(row.id), next)
        assert.isUndefined(yield* views.idOfSubmission(first))
        assert.strictEqual(yield* views.idOfSubmission(second), row.id)
        const ended = newRow({ id: row.id, revision: 5 })
        yield* save([ended], 3, 0)
        assert.deepStrictEqual((yield* views.rows([row.id])).get(row.id), ended)
        assert.isUndefined(yield* views.idOfSubmission(second))
        assert.isFalse((yield* views.due(due, 10_000)).some(({ id }) => id === row.id))
      })
    )

    it.effect("says what is due, longest overdue first, no more than asked for", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const [late, later, latest, notYet] = [-30, -20, -10, 1].map((dueAt) => newRow({ dueAt })) as [
          Row,
          Row,
          Row,
          Row
        ]
        yield* save([latest, notYet, newRow(), late, later], 1, 0)
        const due = (yield* views.due(0, 10)).map(({ id }) => id)
        assert.deepStrictEqual(due, [late.id, later.id, latest.id])
        assert.deepStrictEqual(yield* views.due(-20, 1), [
          { id: late.id, revision: 3, dueAt: -30, tries: 0, reconciledIn: 0 }
        ])
        assert.include(
          (yield* views.due(1, 10)).map(({ id }) => id),
          notYet.id
        )
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("does not hide what has just become due behind all that waits longer", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const rows = Array.from({ length: 40 }, (_, i) => newRow({ dueAt: i }))
        yield* save([...rows, newRow({ dueAt: 99 })], 1, 0)
        const due = (limit: number) => Effect.map(views.due(39, limit), (all) => all.map(({ dueAt }) => dueAt))
        assert.deepStrictEqual(yield* due(7), [0, 1, 2, 3, 37, 38, 39])
        assert.deepStrictEqual(
          yield* due(40),
          rows.map(({ dueAt }) => dueAt)
        )
        assert.deepStrictEqual(yield* due(1), [0])
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("counts what is due, what is since long, and says since when the first one is", () =>
      Effect.gen(function* () {
        const views = yield* Views
        assert.deepStrictEqual(yield* views.backlog(0, 0), { due: 0, overdue: 0 })
        const rows = [-30, -20, -10, 0, 1].map((dueAt) => newRow({ dueAt }))
        yield* save([...rows, newRow()], 1, 0)
        assert.deepStrictEqual(yield* views.backlog(0, -20), { due: 4, overdue: 2, oldest: -30 })
        assert.deepStrictEqual(yield* views.backlog(0, -31), { due: 4, overdue: 0, oldest: -30 })
        assert.deepStrictEqual(yield* views.backlog(-31, -31), { due: 0, overdue: 0 })
        yield* views.postpone(rows[0]?.id ?? "", 3, 5, 1)
        assert.deepStrictEqual(yield* views.backlog(0, -20), { due: 3, overdue: 1, oldest: -20 })
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("puts a step off, but not that of another revision, and forgets it with the next row", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const due = dueFrom()
        const row = newRow({ dueAt: due })
        const mine = Effect.map(views.due(due + 10, 10_000), (all) => all.filter(({ id }) => id === row.id))
        yield* save([row], 1, 0)
        yield* views.postpone(row.id, 2, due + 5, 9)
        assert.deepStrictEqual(yield* mine, [{ id: row.id, revision: 3, dueAt: due, tries: 0, reconciledIn: 0 }])
        yield* views.postpone(row.id, 3, due + 5, 2)
        assert.deepStrictEqual(yield* mine, [{ id: row.id, revision: 3, dueAt: due + 5, tries: 2, reconciledIn: 0 }])
        yield* save([{ ...row, revision: 4 }], 2, 0)
        assert.deepStrictEqual(yield* mine, [{ id: row.id, revision: 4, dueAt: due, tries: 0, reconciledIn: 0 }])
        yield* views.postpone(newId(), 0, 0, 0)
      })
    )

    it.effect("brings forward what was planned by a clock that was ahead, by as much as it was ahead", () =>
      Effect.gen(function* () {
        const views = yield* Views
        const planned = state.updatedAt
        const now = planned - 1_000_000
        const [soon, late, overdue] = [planned, planned + 5000, now - 1].map((dueAt) => newRow({ dueAt })) as [
          Row,
          Row,
          Row
        ]
        const right = newRow({ dueAt: planned + 7000, state: { ...state, updatedAt: now } })
        yield* save([soon, late, overdue, right, newRow()], 1, 0)
        const all = Effect.map(views.due(Number.MAX_SAFE_INTEGER, 10), (due) => due.map(({ id, dueAt }) => [id, dueAt]))
        yield* views.bringForward(now)
        const brought = [
          [overdue.id, now - 1],
          [soon.id, now],
          [late.id, now + 5000],
          [right.id, planned + 7000]
        ]
        assert.deepStrictEqual(yield* all, brought)
        yield* views.bringForward(now)
        assert.deepStrictEqual(yield* all, brought)
        // Put off just now: by a clock that is ahead of that one.
        const before = Date.now()
        yield* views.postpone(right.id, 3, before + 60_000, 1)
        yield* views.bringForward(now)
        const [, dueAt] = (yield* all).find(([id]) => id === right.id) ?? []
        assert.isAtMost(Number(dueAt), now + 60_000)
        assert.isAtLeast(Number(dueAt), now)
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("has rows, position and tries after a restart", () =>
      Effect.gen(function* () {
        const views = makeLayer()
        const row = newRow({ dueAt: 5, submissionId: newId() })
        const reached = yield* Effect.gen(function* () {
          const [store, { postpone }] = [yield* EventStore, yield* Views]
          yield* store.append("stream", noStream, newEvents("stream", noStream, 3))
          const { events, upTo } = yield* store.feed(0, 3)
          yield* save([row], upTo, 2, events.at(-1))
          yield* postpone(row.id, row.revision, 7, 1)
          return { upTo, hash: events.at(-1)?.hash }
        }).pipe(Effect.provide(views, { local: true }))
        yield* Effect.gen(function* () {
          const { rows, due, position, epoch, lastEvent, idOfSubmission } = yield* Views
          assert.deepStrictEqual([yield* position, yield* epoch], [reached.upTo, 2])
          assert.deepStrictEqual(yield* lastEvent, { stream: "stream", revision: 2, hash: reached.hash })
          assert.deepStrictEqual((yield* rows([row.id])).get(row.id), { ...row, dueAt: 7 })
          assert.deepStrictEqual(yield* due(7, 1), [{ id: row.id, revision: 3, dueAt: 7, tries: 1, reconciledIn: 0 }])
          assert.strictEqual(yield* idOfSubmission(row.submissionId ?? ""), row.id)
        }).pipe(Effect.provide(views, { local: true }))
      })
    )
  })
