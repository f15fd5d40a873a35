import { layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { expect } from "vitest"
import { readCursor } from "../../../src/application/messages/feed-cursor.ts"
import { PublisherCheckpoint } from "../../../src/application/ports/publisher-checkpoint.ts"
import { republish } from "../../../src/application/publishing/republish.ts"
import { saveMessages } from "../../support/feed.ts"
import { logIdentity } from "../../support/log-identity.ts"
import {
  checkpointOf,
  fresh,
  keyedMessages,
  publisherStores,
  startPublisher,
  waitFor,
  waitForMessages
} from "../../support/publishing.ts"
import { ScriptedBroker } from "../../support/scripted-broker.ts"

const known = { clusterId: "cluster-1", offsets: [-1, -1, -1] }
const publishedUpTo = ({ topic }: ScriptedBroker, position: number, epoch: number, logId = "log") =>
  Effect.flatMap(PublisherCheckpoint, ({ save }) => save(topic, { term: 0, logId, epoch, position, known }))

const positions = (broker: ScriptedBroker) =>
  broker
    .all()
    .map(({ cursor }) => readCursor(cursor)?.position ?? 0)
    .toSorted((a, b) => a - b)

/** Of a log that was put back after its tenth event, the eleventh of which says so. */
const restored = Effect.andThen(
  saveMessages(keyedMessages(1, 10)),
  saveMessages(keyedMessages(12, 4), { epoch: 1, restores: [{ epoch: 1, position: 11 }] })
)

layer(publisherStores(), { excludeTestServices: true })("after the log was put back", (it) => {
  it.effect("publishing goes back to where the log goes on otherwise", () =>
    Effect.gen(function* () {
      yield* restored
      const broker = new ScriptedBroker(3)
      yield* publishedUpTo(broker, 13, 0)
      yield* startPublisher(broker, { epoch: 1 })
      yield* waitForMessages(broker, 4)
      expect(positions(broker)).toStrictEqual([12, 13, 14, 15])
      expect(broker.all().map(({ cursor }) => readCursor(cursor)?.epoch)).toStrictEqual([1, 1, 1, 1])
    }).pipe(fresh)
  )

  it.effect("publishing stays where it is, if that was kept", () =>
    Effect.gen(function* () {
      yield* restored
      const broker = new ScriptedBroker(3)
      yield* publishedUpTo(broker, 8, 0)
      const { state } = yield* startPublisher(broker, { epoch: 1 })
      yield* waitForMessages(broker, 6)
      expect(positions(broker)).toStrictEqual([9, 10, 12, 13, 14, 15])
      yield* waitFor("the position", () => state.position() === 15)
    }).pipe(fresh)
  )

  it.effect("publishing that has seen it does not go back again", () =>
    Effect.gen(function* () {
      yield* restored
      const broker = new ScriptedBroker(3)
      yield* publishedUpTo(broker, 14, 1)
      yield* startPublisher(broker, { epoch: 1 })
      yield* waitForMessages(broker, 1)
      expect(positions(broker)).toStrictEqual([15])
    }).pipe(fresh)
  )

  it.effect("publishing waits until the messages know of it", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 15))
      const broker = new ScriptedBroker(3)
      yield* publishedUpTo(broker, 13, 0)
      const { state } = yield* startPublisher(broker, { epoch: 1 })
      yield* saveMessages(keyedMessages(16, 1), { epoch: 1, restores: [{ epoch: 1, position: 11 }] })
      yield* waitFor("the end", () => state.position() === 16)
      expect(positions(broker)[0]).toBe(11)
    }).pipe(fresh)
  )

  it.effect("publishing goes on up to an event without a message, though the log was put back after it", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 5))
      yield* saveMessages(keyedMessages(7, 2), { blocked: { position: 6, stream: "registration-x", revision: 1 } })
      const broker = new ScriptedBroker(3)
      yield* publishedUpTo(broker, 2, 0)
      const { state } = yield* startPublisher(broker, { epoch: 1 })
      yield* waitFor("the end", () => state.position() === 5)
      expect(positions(broker)).toStrictEqual([3, 4, 5])
    }).pipe(fresh)
  )

  it.effect("another log begins at its beginning", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 4))
      const broker = new ScriptedBroker(3)
      yield* publishedUpTo(broker, 3, 7, "another")
      yield* startPublisher(broker)
      yield* waitForMessages(broker, 4)
      yield* waitFor("the end", () => broker.all().length === 4)
    }).pipe(fresh)
  )

  it.effect("a checkpoint of a later epoch is nothing to go on from", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 4))
      const broker = new ScriptedBroker(3)
      yield* publishedUpTo(broker, 3, 2)
      const { running } = yield* startPublisher(broker)
      const exit = yield* Fiber.await(running)
      expect(exit._tag).toBe("Failure")
      expect(yield* checkpointOf(broker)).toMatchObject({ epoch: 2, position: 3 })
      expect(yield* republish(broker.topic, "start").pipe(Effect.provide(logIdentity()))).toMatchObject({
        state: "done"
      })
      yield* startPublisher(broker)
      yield* waitForMessages(broker, 4)
    }).pipe(fresh)
  )
})
