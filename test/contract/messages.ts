import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import type { Message } from "../../src/application/ports/message.ts"
import { Messages, type MessagesRead } from "../../src/application/ports/messages.ts"
import { Views } from "../../src/application/ports/views.ts"
import { newMessage } from "../support/new-rows.ts"
import { savePage } from "../support/saved-page.ts"

/** Reads on from page to page until there is no more. */
const readAll = Effect.fnUntraced(function* (limit: number, tenant?: string) {
  const messages = yield* Messages
  const all: Array<Message> = []
  while (true) {
    const page = (yield* messages.read(all.at(-1)?.position ?? 0, limit, tenant)).messages
    assert.isAtMost(page.length, limit)
    if (page.length === 0) return all
    all.push(...page)
  }
})
const positions = (messages: ReadonlyArray<Message>) => messages.map(({ position }) => position)
const positionsRead = ({ messages }: MessagesRead) => positions(messages)

/** What every store of messages does. Each call of `makeLayer` stands for new views; building its layer again opens the same. */
export const messagesContract = (name: string, makeLayer: () => Layer.Layer<Views | Messages, unknown>) =>
  layer(makeLayer(), { excludeTestServices: true })(`Messages: ${name}`, (it) => {
    it.effect("there are none at first, and none after a page without any", () =>
      Effect.gen(function* () {
        const messages = yield* Messages
        assert.deepStrictEqual(yield* messages.end, { position: 0, epoch: 0 })
        assert.deepStrictEqual(yield* messages.read(0, 10), { messages: [], end: { position: 0, epoch: 0 } })
        yield* savePage({ position: 7, epoch: 2 })
        assert.deepStrictEqual(yield* messages.end, { position: 7, epoch: 2 })
        assert.deepStrictEqual(yield* messages.read(0, 10), { messages: [], end: { position: 7, epoch: 2 } })
        assert.strictEqual(yield* messages.count(0, 10), 0)
        assert.isUndefined(yield* messages.restoredAfter(0))
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("gives them as they were saved, in the order of the log, page by page, of all tenants or one", () =>
      Effect.gen(function* () {
        const messages = yield* Messages
        const tenants = ["acmé", "other", "acmé", "ACMÉ", "acmé", "other"]
        const saved = tenants.map((tenant, i) => newMessage(10 * (i + 1), tenant))
        yield* savePage({ position: 35, messages: saved.slice(0, 3) })
        yield* savePage({ position: 70, messages: saved.slice(3) })
        for (const limit of [1, 2, 6, 1000]) {
          assert.deepStrictEqual(yield* readAll(limit), saved)
          for (const tenant of ["acmé", "other", "nobody"]) {
            const theirs = saved.filter((message) => message.tenant === tenant)
            assert.deepStrictEqual(yield* readAll(limit, tenant), theirs)
          }
        }
        assert.deepStrictEqual(positionsRead(yield* messages.read(29, 2)), [30, 40])
        assert.deepStrictEqual(positionsRead(yield* messages.read(30, 1, "acmé")), [50])
        assert.deepStrictEqual((yield* messages.read(60, 10)).messages, [])
        assert.deepStrictEqual([yield* messages.count(20, 100), yield* messages.count(20, 3)], [4, 3])
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("none is left out where they are large", () =>
      Effect.gen(function* () {
        const saved = [700_000, 700_000, 100, 3_000_000, 100].map((size, i) =>
          newMessage(i + 1, "acmé", "x".repeat(size))
        )
        yield* savePage({ position: 5, messages: saved })
        assert.deepStrictEqual(yield* readAll(1000), saved)
        assert.deepStrictEqual(yield* readAll(1000, "acmé"), saved)
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("they end before the first event of which none can be made, and say so", () =>
      Effect.gen(function* () {
        const messages = yield* Messages
        const blocked = { position: 3, stream: "registration-a", revision: 1 }
        const page = [1, 2, 3, 4].map((position) => newMessage(position))
        yield* savePage({ position: 4, messages: page, blocked })
        yield* savePage({
          position: 9,
          messages: [newMessage(9)],
          blocked: { position: 8, stream: "registration-b", revision: 0 }
        })
        assert.deepStrictEqual(yield* messages.end, { position: 9, epoch: 0, blocked })
        assert.deepStrictEqual(positions(yield* readAll(10)), [1, 2])
        assert.deepStrictEqual(positions(yield* readAll(10, "acmé")), [1, 2])
        assert.deepStrictEqual(yield* messages.read(3, 10), { messages: [], end: { position: 9, epoch: 0, blocked } })
        assert.deepStrictEqual([yield* messages.count(0, 10), yield* messages.count(4, 10)], [2, 0])
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("says where the log was put back first after an epoch", () =>
      Effect.gen(function* () {
        const { restoredAfter } = yield* Messages
        yield* savePage({ position: 20, epoch: 2, restores: [1, 2].map((epoch) => ({ epoch, position: 10 * epoch })) })
        yield* savePage({ position: 30, epoch: 3, restores: [{ epoch: 3, position: 25 }] })
        const found = yield* Effect.forEach([0, 1, 2, 3, 4], (epoch) => restoredAfter(epoch))
        assert.deepStrictEqual(found, [10, 20, 25, undefined, undefined])
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("nothing is left of them after a reset, and others take their places", () =>
      Effect.gen(function* () {
        const messages = yield* Messages
        const blocked = { position: 2, stream: "registration-a", revision: 1 }
        yield* savePage({ position: 2, messages: [newMessage(1)], blocked, restores: [{ epoch: 1, position: 2 }] })
        yield* Views.use((views) => views.reset)
        assert.deepStrictEqual(yield* messages.end, { position: 0, epoch: 0 })
        assert.deepStrictEqual(yield* messages.read(0, 10), { messages: [], end: { position: 0, epoch: 0 } })
        assert.isUndefined(yield* messages.restoredAfter(0))
        const saved = [1, 2].map((position) => newMessage(position))
        yield* savePage({ position: 2, messages: saved })
        assert.deepStrictEqual(yield* readAll(10), saved)
      }).pipe(Effect.provide(makeLayer(), { local: true }))
    )

    it.effect("are there after a restart", () =>
      Effect.gen(function* () {
        const views = makeLayer()
        const saved = [newMessage(1), newMessage(2)]
        const blocked = { position: 3, stream: "registration-a", revision: 1 }
        const page = { position: 3, epoch: 1, messages: saved, restores: [{ epoch: 1, position: 2 }], blocked }
        yield* savePage(page).pipe(Effect.provide(views, { local: true }))
        yield* Effect.gen(function* () {
          const messages = yield* Messages
          assert.deepStrictEqual(yield* readAll(1), saved)
          assert.deepStrictEqual(yield* messages.end, { position: 3, epoch: 1, blocked })
          assert.strictEqual(yield* messages.restoredAfter(0), 2)
        }).pipe(Effect.provide(views, { local: true }))
      })
    )
  })
