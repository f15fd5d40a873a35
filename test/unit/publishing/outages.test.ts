import { layer } from "@effect/vitest"
import { Effect, Latch } from "effect"
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
      expect(state.status().condition).toBe("up")
      expect(yield* checkpointOf(broker)).toBeUndefined()
      expect(log.lines.filter(({ event }) => event === "publisher_checkpoint_not_saved")).toStrictEqual([
        { event: "publisher_checkpoint_not_saved", operation: "save", code: "SQLITE_FULL" }
      ])
      isFull = false
      while ((yield* checkpointOf(broker))?.position !== 20) yield* Effect.sleep(1)
      expect(flawsIn(broker, 20)).toStrictEqual([])
    }).pipe(fresh)
  )

  it.effect("ends at once though a partition answers nothing, and keeps what it knows", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      let isSilent = false
      const client = broker.client(broker.topic)
      broker.client = () => ({
        ...client,
        send: (partition, batch) =>
          Effect.suspend(() => (isSilent && partition === 0 ? Effect.never : client.send(partition, batch)))
      })
      yield* saveMessages(keyedMessages(1, 10))
      yield* Effect.scoped(
        Effect.gen(function* () {
          // It would save only when it ends.
          const { state } = yield* startPublisher(broker, { pace: { save: 600_000 } })
          yield* waitFor("the first ten", () => state.position() === 10)
          isSilent = true
          yield* saveMessages(keyedMessages(11, 10))
          yield* waitFor("what the other partitions answer", () => state.published() > 10)
        })
      )
      const { position, known } = (yield* checkpointOf(broker)) ?? {}
      expect(position).toBe(10)
      // Those of the ten alone.
      expect(known?.offsets.reduce((count, offset) => count + offset + 1, 0)).toBe(10)
    }).pipe(fresh)
  )

  for (const what of ["describe", "send"] as const)
    it.effect(`is down while a broker keeps it waiting, before anything fails, and up when it answers (${what})`, () =>
      Effect.gen(function* () {
        const broker = new ScriptedBroker(3)
        const answers = Latch.makeUnsafe(true)
        const client = broker.client(broker.topic)
        const silent = {
          describe: answers.whenOpen(client.describe),
          send: (...args: Parameters<typeof client.send>) => answers.whenOpen(client.send(...args))
        }
        broker.client = () => ({ ...client, [what]: silent[what] })
        const { state, log } = yield* startPublisher(broker, { pace: { silence: 20, check: 1 } })
        const waitUntil = (condition: "up" | "down") => waitFor(condition, () => state.status().condition === condition)
        yield* waitUntil("up")
        yield* answers.close
        yield* saveMessages(keyedMessages(1, 10))
        yield* waitUntil("down")
        expect(state.status()).toMatchObject({ code: "no_answer" })
        yield* answers.open
        yield* waitFor("all ten", () => state.position() === 10)
        yield* waitUntil("up")
        expect(state.rejected().get("unreachable")).toBe(0)
        expect(log.lines).toContainEqual({ event: "publishing_down", code: "no_answer" })
      }).pipe(fresh)
    )
})
