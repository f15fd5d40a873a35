import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { readCursor } from "../../../src/application/messages/feed-cursor.ts"
import { PublisherCheckpoint } from "../../../src/application/ports/publisher-checkpoint.ts"
import { saveMessages } from "../../support/feed.ts"
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

layer(publisherStores(), { excludeTestServices: true })("publishing", (it) => {
  it.effect(
    "sends every message with its bytes, its registration as key and the place after which the feed goes on",
    () =>
      Effect.gen(function* () {
        const messages = keyedMessages(1, 7)
        yield* saveMessages(messages)
        const broker = new ScriptedBroker(3)
        yield* startPublisher(broker)
        yield* waitForMessages(broker, 7)
        const byPosition = broker.all().map(({ cursor, ...record }) => ({ ...record, ...readCursor(cursor) }))
        expect(byPosition.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))).toStrictEqual(
          messages.map(({ registrationId: key, json: value, position }) => ({
            key,
            value,
            logId: "log",
            epoch: 0,
            position
          }))
        )
        const headers = broker.sent.flatMap(({ batch }) => batch.map(({ headers }) => headers["content-type"]))
        expect(new Set(headers)).toStrictEqual(new Set(["application/cloudevents+json"]))
      }).pipe(fresh)
  )

  it.effect("is woken by what is saved", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      const { state } = yield* startPublisher(broker, { pace: { look: 600_000 } })
      yield* waitFor("the topic to be looked at", () => state.status().condition === "up")
      yield* saveMessages(keyedMessages(1, 4))
      yield* waitForMessages(broker, 4)
    }).pipe(fresh)
  )

  it.effect("finds what nobody told of", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      const { state } = yield* startPublisher(broker)
      yield* waitFor("the topic to be looked at", () => state.status().condition === "up")
      yield* saveMessages(keyedMessages(1, 4), { isTold: false })
      yield* waitForMessages(broker, 4)
    }).pipe(fresh)
  )

  it.effect("saves how far it is once all of a page is acknowledged, not before", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 10))
      const broker = new ScriptedBroker(3)
      let isOpen = false
      broker.fate = (partition) => (partition === 1 && !isOpen ? "unreachable" : "stored")
      const { state } = yield* startPublisher(broker)
      yield* waitFor("some to be refused twice", () => (state.rejected().get("unreachable") ?? 0) > 2)
      expect(broker.all().length).toBeGreaterThan(0)
      expect(yield* checkpointOf(broker)).toBeUndefined()
      expect(state.status()).toMatchObject({ condition: "down", code: "unreachable" })
      isOpen = true
      yield* waitForMessages(broker, 10)
      yield* waitFor("the position", () => state.position() === 10)
      expect(broker.all().length).toBe(10)
      expect(flawsIn(broker, 10)).toStrictEqual([])
    }).pipe(fresh)
  )

  it.effect("takes page after page, whatever there is", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 7500))
      const broker = new ScriptedBroker(2)
      const { state } = yield* startPublisher(broker)
      yield* waitFor("the end", () => state.position() === 7500)
      expect(flawsIn(broker, 7500)).toStrictEqual([])
      expect(broker.all().length).toBe(7500)
      expect(state.published()).toBe(7500)
      expect(Math.max(...broker.sent.map(({ batch }) => batch.length))).toBeLessThanOrEqual(1000)
    }).pipe(fresh)
  )

  it.effect("goes on where another one ended, without a copy", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      yield* saveMessages(keyedMessages(1, 10))
      yield* Effect.scoped(Effect.andThen(startPublisher(broker), waitForMessages(broker, 10)))
      expect(yield* checkpointOf(broker)).toMatchObject({ logId: "log", epoch: 0, position: 10, term: 0 })
      yield* saveMessages(keyedMessages(11, 10))
      yield* startPublisher(broker)
      yield* waitForMessages(broker, 20)
      expect(broker.all().length).toBe(20)
      expect(flawsIn(broker, 20)).toStrictEqual([])
    }).pipe(fresh)
  )

  it.effect("stops before an event of which no message can be made", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 3))
      yield* saveMessages([...keyedMessages(4, 1), ...keyedMessages(6, 2)], {
        blocked: { position: 5, stream: "registration-x", revision: 2 }
      })
      const broker = new ScriptedBroker(3)
      const { state } = yield* startPublisher(broker)
      yield* waitForMessages(broker, 4)
      const { looks } = broker
      yield* waitFor("it to look for more", () => state.position() === 4 && broker.looks === looks)
      expect(broker.all().length).toBe(4)
    }).pipe(fresh)
  )

  it.effect("tells how far it is behind", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 5))
      const broker = new ScriptedBroker(3)
      broker.fate = () => "read_only"
      const { state, log } = yield* startPublisher(broker)
      yield* waitFor("the lag", () => state.lag().messages === 5)
      expect(state.lag().seconds).toBeGreaterThan(60)
      expect(state.status()).toMatchObject({ condition: "down", code: "read_only" })
      broker.fate = () => "stored"
      yield* waitFor("no lag", () => state.lag().messages === 0 && state.lag().seconds === 0)
      expect(state.status().condition).toBe("up")
      expect(log.lines.map(({ event }) => event)).toStrictEqual(["publishing_down", "publishing_up"])
    }).pipe(fresh)
  )

  it.effect("goes on from where another one is that works on the same checkpoint, and is further", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 10))
      const broker = new ScriptedBroker(3)
      const { state } = yield* startPublisher(broker)
      yield* waitFor("the first ten", () => state.position() === 10)
      const { save } = yield* PublisherCheckpoint
      const known = { clusterId: broker.clusterId, offsets: [-1, -1, -1] }
      yield* save(broker.topic, { term: 0, logId: "log", epoch: 0, position: 50, known })
      yield* saveMessages(keyedMessages(11, 5))
      yield* waitFor("the other's place", () => state.position() === 50)
      expect(yield* checkpointOf(broker)).toMatchObject({ position: 50 })
    }).pipe(fresh)
  )
})
