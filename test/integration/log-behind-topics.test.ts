import { Effect, Layer, Result } from "effect"
import { expect, it } from "vitest"
import { sqlitePublisherCheckpointLayer } from "../../src/adapters/sqlite/publisher-checkpoint.ts"
import { openLog } from "../../src/application/history/open-log.ts"
import { PublisherCheckpoint } from "../../src/application/ports/publisher-checkpoint.ts"
import { signerOf } from "../support/signing-keys.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

it("a log that was put back is recognised by what a topic acknowledged, where there are no rows", async () => {
  const dataDir = temporaryFolder()
  const start = (afterRestore = false) =>
    Effect.result(openLog({ esignEnvironment: "custom", owner: "p1", afterRestore }))
  const work = Effect.gen(function* () {
    const { save } = yield* PublisherCheckpoint
    const { logId } = yield* Effect.fromResult(yield* start())
    const published = (position: number) => save("topic", { logId, epoch: 0, position, term: 0 })
    yield* published(1)
    expect(Result.isSuccess(yield* start())).toBe(true)
    yield* published(2)
    expect(yield* start()).toMatchObject({ failure: { _tag: "LogRefused" } })
    expect(Result.isSuccess(yield* start(true))).toBe(true)
    expect(Result.isSuccess(yield* start())).toBe(true)
  })
  const stores = Layer.merge(sqlitePublisherCheckpointLayer.pipe(Layer.provideMerge(sqliteLayer(dataDir))), signerOf(1))
  await Effect.runPromise(work.pipe(Effect.provide(stores)))
})
