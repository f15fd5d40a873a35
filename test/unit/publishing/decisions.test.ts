import { layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect } from "vitest"
import { writeCursor } from "../../../src/application/messages/feed-cursor.ts"
import { acceptTopic, republish } from "../../../src/application/publishing/republish.ts"
import { cursorAt, saveMessages } from "../../support/feed.ts"
import { logIdentity } from "../../support/log-identity.ts"
import {
  checkpointOf,
  flawsIn,
  fresh,
  keyedMessages,
  publisherStores,
  startPublisher,
  waitFor,
  waitForMessages
} from "../../support/publishing.ts"
import { ScriptedBroker } from "../../support/scripted-broker.ts"

/** Ten messages are published, and then the topic is made anew with other partitions: publishing has stopped. */
const halted = Effect.gen(function* () {
  const broker = new ScriptedBroker(3)
  yield* saveMessages(keyedMessages(1, 10))
  const publisher = yield* startPublisher(broker, { pace: { check: 5 } })
  yield* waitFor("all to be acknowledged", () => publisher.state.position() === 10)
  broker.makeAnew(4)
  yield* waitFor("the halt", () => "halted" in publisher.state.status())
  yield* saveMessages(keyedMessages(11, 10))
  return { broker, ...publisher }
})
const atEpoch = (epoch: number) => Effect.provide(logIdentity(epoch))
const given = Layer.provideMerge(publisherStores(), logIdentity())

layer(given, { excludeTestServices: true })("an operator's decision", (it) => {
  it.effect("accept: publishing goes on from where it is, in the topic as it is now", () =>
    Effect.gen(function* () {
      const { broker, state } = yield* halted
      expect(yield* acceptTopic(broker.topic)).toMatchObject({
        state: "done",
        text: expect.stringContaining("position 10")
      })
      yield* waitForMessages(broker, 10)
      expect(broker.all().map(({ value }) => JSON.parse(value).id)).not.toContain("m-10")
      yield* waitFor("it to be up", () => state.status().condition === "up" && state.position() === 20)
    }).pipe(fresh)
  )

  it.effect("republish from the start: everything comes again, in order", () =>
    Effect.gen(function* () {
      const { broker, state } = yield* halted
      expect((yield* republish(broker.topic, "start")).state).toBe("done")
      yield* waitForMessages(broker, 20)
      expect(flawsIn(broker, 20)).toStrictEqual([])
      yield* waitFor("the end", () => state.position() === 20)
    }).pipe(fresh)
  )

  it.effect("republish from a cursor: what follows on it comes again", () =>
    Effect.gen(function* () {
      const { broker } = yield* halted
      expect((yield* republish(broker.topic, cursorAt(4))).state).toBe("done")
      yield* waitForMessages(broker, 16)
      expect(broker.all().map(({ value }) => JSON.parse(value).id)).not.toContain("m-4")
    }).pipe(fresh)
  )

  it.effect("counts for a publisher that is at work, and nothing that was under way takes it back", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      yield* saveMessages(keyedMessages(1, 10))
      const { state } = yield* startPublisher(broker)
      yield* waitFor("all to be acknowledged", () => state.position() === 10)
      yield* republish(broker.topic, "start")
      yield* waitFor("all to come again", () => broker.all().length === 20)
      expect(flawsIn(broker, 10)).toStrictEqual([])
      yield* saveMessages(keyedMessages(11, 3))
      yield* waitForMessages(broker, 13)
      expect(yield* checkpointOf(broker)).toMatchObject({ term: 1 })
    }).pipe(fresh)
  )

  it.effect("counts for one that tries the same batch again and again", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      yield* saveMessages(keyedMessages(1, 10))
      yield* Effect.scoped(Effect.andThen(startPublisher(broker), waitForMessages(broker, 10)))
      yield* saveMessages(keyedMessages(11, 2))
      broker.fate = () => "read_only"
      const { state } = yield* startPublisher(broker)
      yield* waitFor("a rejection", () => (state.rejected().get("read_only") ?? 0) > 1)
      yield* republish(broker.topic, cursorAt(2))
      yield* waitFor("the new place", () => state.position() === 2)
      broker.fate = () => "stored"
      yield* waitForMessages(broker, 12)
      expect(flawsIn(broker, 12)).toStrictEqual([])
    }).pipe(fresh)
  )

  it.effect("counts for the next process where none runs, with the topic as it is then", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      yield* saveMessages(keyedMessages(1, 10))
      yield* Effect.scoped(Effect.andThen(startPublisher(broker), waitForMessages(broker, 10)))
      expect((yield* republish(broker.topic, cursorAt(5))).state).toBe("done")
      broker.makeAnew(2)
      broker.clusterId = "cluster-2"
      // Kept before anything is sent there.
      yield* startPublisher(broker, { pace: { save: 600_000 } })
      yield* waitForMessages(broker, 5)
      expect(yield* checkpointOf(broker)).toMatchObject({ known: { clusterId: "cluster-2" } })
    }).pipe(fresh)
  )

  it.effect("is refused with a sentence where it cannot be carried out, and changes nothing", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      expect(yield* acceptTopic(broker.topic)).toMatchObject({ state: "refused" })
      yield* saveMessages(keyedMessages(1, 10))
      yield* Effect.scoped(Effect.andThen(startPublisher(broker), waitForMessages(broker, 10)))
      yield* saveMessages(keyedMessages(11, 10))
      const before = yield* checkpointOf(broker)
      const cursors: ReadonlyArray<readonly [string, RegExp]> = [
        ["now", /no cursor/],
        ["", /no cursor/],
        [writeCursor({ logId: "another", epoch: 0, position: 3 }), /another log/],
        [cursorAt(3, 1), /later/],
        [cursorAt(11), /up to position 10/]
      ]
      for (const [cursor, words] of cursors)
        expect(yield* republish(broker.topic, cursor)).toStrictEqual({
          state: "refused",
          text: expect.stringMatching(words)
        })
      expect(yield* checkpointOf(broker)).toStrictEqual(before)
    }).pipe(fresh)
  )

  it.effect("takes no cursor of what a restore took away", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 10))
      const broker = new ScriptedBroker(3)
      yield* Effect.scoped(Effect.andThen(startPublisher(broker), waitForMessages(broker, 10)))
      yield* saveMessages(keyedMessages(12, 1), { epoch: 1, restores: [{ epoch: 1, position: 11 }] })
      expect(yield* atEpoch(1)(republish(broker.topic, cursorAt(11)))).toMatchObject({
        state: "refused",
        text: expect.stringContaining("put back")
      })
      expect(yield* atEpoch(1)(republish(broker.topic, cursorAt(10)))).toMatchObject({ state: "done" })
      expect(yield* checkpointOf(broker)).toMatchObject({ epoch: 1, position: 10, term: 1 })
    }).pipe(fresh)
  )
})
