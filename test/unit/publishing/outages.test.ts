import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { CheckpointUnavailable, PublisherCheckpoint } from "../../../src/application/ports/publisher-checkpoint.ts"
import { saveMessages } from "../../support/feed.ts"
import {
  checkpointOf,
  flawsIn,
  fresh,
  keyedMessages,
  publisherStores,
  startPublisher,
  waitFor
} from "../../support/publishing.ts"
import { ScriptedBroker } from "../../support/scripted-broker.ts"

layer(publisherStores(), { excludeTestServices: true })("publishing", (it) => {
  it.effect("goes on while its checkpoint cannot be saved, and saves it when it can", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      const checkpoints = yield* PublisherCheckpoint
      let isFull = true
      const full = new CheckpointUnavailable({ operation: "save", code: "SQLITE_FULL" })
      const save: typeof checkpoints.save = (...args) =>
        Effect.suspend(() => (isFull ? Effect.fail(full) : checkpoints.save(...args)))
      yield* saveMessages(keyedMessages(1, 10))
      const { state, log } = yield* startPublisher(broker).pipe(
        Effect.provideService(PublisherCheckpoint, { ...checkpoints, save })
      )
      yield* waitFor("the first ten", () => state.position() === 10)
      yield* saveMessages(keyedMessages(11, 10))
      yield* waitFor("the next ten", () => state.position() === 20)
      expect(state.standing().condition).toBe("up")
      expect(yield* checkpointOf(broker)).toBeUndefined()
      expect(log.lines.filter(({ event }) => event === "publisher_checkpoint_not_saved")).toStrictEqual([
        { event: "publisher_checkpoint_not_saved", operation: "save", code: "SQLITE_FULL" }
      ])
      isFull = false
      while ((yield* checkpointOf(broker))?.position !== 20) yield* Effect.sleep(1)
      expect(flawsIn(broker, 20)).toStrictEqual([])
    }).pipe(fresh)
  )

  it.effect("ends at once though a broker answers nothing, and keeps what it knows", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      let isSilent = false
      const client = broker.client(broker.topic)
      broker.client = () => ({
        ...client,
        send: (...args) => Effect.suspend(() => (isSilent ? Effect.never : client.send(...args)))
      })
      yield* saveMessages(keyedMessages(1, 10))
      yield* Effect.scoped(
        Effect.gen(function* () {
          // It would save only when it ends.
          const { state } = yield* startPublisher(broker, { pace: { save: 600_000 } })
          yield* waitFor("the first ten", () => state.position() === 10)
          isSilent = true
          yield* saveMessages(keyedMessages(11, 10))
          yield* waitFor("the lag", () => state.lag().messages === 10)
        })
      )
      expect(yield* checkpointOf(broker)).toMatchObject({ position: 10 })
    }).pipe(fresh)
  )
})
