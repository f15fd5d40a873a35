import { assert, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { type Kept, KeptCheckpoint } from "../../src/application/ports/kept-checkpoint.ts"

/** What every keeper of the last checkpoint does. Each call of `makeLayer` stands for the same one, opened anew. */
export const keptCheckpointContract = (name: string, makeLayer: () => Layer.Layer<KeptCheckpoint, unknown>) => {
  it.live(`KeptCheckpoint: ${name}: has the last one that it was given, also after a restart`, () =>
    Effect.gen(function* () {
      const opened = <A, E>(work: (kept: KeptCheckpoint["Service"]) => Effect.Effect<A, E>) =>
        Effect.flatMap(KeptCheckpoint, work).pipe(Effect.provide(makeLayer(), { local: true }))
      const load = opened(({ load }) => load)
      assert.isUndefined(yield* load)
      const one: Kept = {
        logId: "log",
        revision: 0,
        hash: "1".repeat(64),
        note: "certreg checkpoint 1\n\n— name a/+=\n"
      }
      // One of a log that was put back comes before the one it had.
      for (const checkpoint of [one, { ...one, revision: 7 }, { ...one, revision: 3, hash: "2".repeat(64) }]) {
        const kept = yield* opened(({ keep, load }) => Effect.andThen(keep(checkpoint), load))
        assert.deepStrictEqual(kept, checkpoint)
        assert.deepStrictEqual(yield* load, checkpoint)
      }
    })
  )
}
