import { assert, it, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { type Checkpoint, PublisherCheckpoint } from "../../src/application/ports/publisher-checkpoint.ts"
import { newId } from "../support/stored-events.ts"

const known = { clusterId: "AOhXcIZgyldhwZP7bhOBCQ", offsets: [12, -1, 9_007_199_254_740_991] }
const checkpoint = (over: Partial<Checkpoint> = {}): Checkpoint => ({
  term: 0,
  logId: "log",
  epoch: 1,
  position: 100,
  known,
  ...over
})

/**
 * What every store of the publisher's checkpoint does. Each call of `makeLayer` stands for the same store, opened anew; `deleteRows` deletes
 * all that is derived from the log, while it is closed.
 */
export const publisherCheckpointContract = (
  name: string,
  makeLayer: () => Layer.Layer<PublisherCheckpoint, unknown>,
  deleteRows: () => void
) => {
  it.live(`PublisherCheckpoint: ${name}: is there after a restart, and when the rows are gone`, () =>
    Effect.gen(function* () {
      const opened = <A, E>(work: (store: PublisherCheckpoint["Service"]) => Effect.Effect<A, E>) =>
        Effect.flatMap(PublisherCheckpoint, work).pipe(Effect.provide(makeLayer(), { local: true }))
      yield* opened(({ save }) => save("topic", checkpoint()))
      deleteRows()
      assert.deepStrictEqual(yield* opened(({ load }) => load("topic")), checkpoint())
    })
  )

  layer(makeLayer(), { excludeTestServices: true })(`PublisherCheckpoint: ${name}`, (it) => {
    const given = Effect.fnUntraced(function* (...checkpoints: ReadonlyArray<Checkpoint>) {
      const { load, save, move } = yield* PublisherCheckpoint
      const topic = newId()
      for (const one of checkpoints) assert.isTrue(yield* save(topic, one))
      return {
        load: load(topic),
        save: (over: Partial<Checkpoint>) => save(topic, checkpoint(over)),
        move: (position: number) => move(topic, { logId: "log", epoch: 1, position })
      }
    })

    it.effect("has nothing before anything was saved", () =>
      Effect.gen(function* () {
        assert.isUndefined(yield* (yield* given()).load)
      })
    )

    it.effect("gives back what was saved, with and without what is known of the topic", () =>
      Effect.gen(function* () {
        const one = yield* given(checkpoint())
        assert.deepStrictEqual(yield* one.load, checkpoint())
        const { known: _, ...bare } = checkpoint()
        const other = yield* given(bare)
        assert.deepStrictEqual(yield* other.load, bare)
      })
    )

    it.effect("keeps topics apart", () =>
      Effect.gen(function* () {
        const [one, other] = [yield* given(checkpoint()), yield* given(checkpoint({ position: 7 }))]
        yield* other.move(3)
        assert.strictEqual((yield* one.load)?.position, 100)
        assert.strictEqual((yield* other.load)?.position, 3)
      })
    )

    const further: ReadonlyArray<Partial<Checkpoint>> = [
      { position: 101 },
      { position: 100, known: { ...known, offsets: [13, -1, 1] } },
      { epoch: 2, position: 3 },
      { logId: "another", epoch: 0, position: 0 }
    ]
    const notFurther: ReadonlyArray<Partial<Checkpoint>> = [
      { position: 99 },
      { epoch: 0, position: 500 },
      { term: 1, position: 500 },
      { term: 1, logId: "another" }
    ]
    it.effect("takes what is further, or of another log, and nothing else", () =>
      Effect.gen(function* () {
        for (const over of further) {
          const stored = yield* given(checkpoint())
          assert.isTrue(yield* stored.save(over))
          assert.deepStrictEqual(yield* stored.load, checkpoint(over))
        }
        for (const over of notFurther) {
          const stored = yield* given(checkpoint())
          assert.isFalse(yield* stored.save(over), JSON.stringify(over))
          assert.deepStrictEqual(yield* stored.load, checkpoint())
        }
      })
    )

    it.effect("says how far any topic is, in an epoch of a log", () =>
      Effect.gen(function* () {
        const { furthest } = yield* PublisherCheckpoint
        const logId = newId()
        assert.strictEqual(yield* furthest({ logId, epoch: 1 }), 0)
        yield* given(checkpoint({ logId, position: 7 }))
        yield* given(checkpoint({ logId, position: 9 }))
        yield* given(checkpoint({ logId, position: 8 }))
        yield* given(checkpoint({ logId, epoch: 0, position: 500 }))
        assert.strictEqual(yield* furthest({ logId, epoch: 1 }), 9)
      })
    )

    it.effect("is moved also back, and takes nothing of the term before", () =>
      Effect.gen(function* () {
        const stored = yield* given(checkpoint())
        yield* stored.move(5)
        assert.deepStrictEqual(yield* stored.load, { term: 1, logId: "log", epoch: 1, position: 5 })
        assert.isFalse(yield* stored.save({ position: 200 }))
        assert.strictEqual((yield* stored.load)?.position, 5)
        assert.isTrue(yield* stored.save({ term: 1, position: 6 }))
        yield* stored.move(6)
        assert.strictEqual((yield* stored.load)?.term, 2)
      })
    )

    it.effect("is moved where there was none", () =>
      Effect.gen(function* () {
        const stored = yield* given()
        yield* stored.move(0)
        assert.strictEqual((yield* stored.load)?.term, 1)
        assert.isFalse(yield* stored.save({}))
      })
    )
  })
}
