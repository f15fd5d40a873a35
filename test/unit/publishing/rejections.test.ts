import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import type { FailureKind } from "../../../src/application/ports/message-broker.ts"
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
import { type Fate, ScriptedBroker } from "../../support/scripted-broker.ts"

/** These fates first, one after the other, whatever comes. */
const first = (...fates: ReadonlyArray<Fate>) => {
  const left = [...fates]
  return () => left.shift() ?? "stored"
}

layer(publisherStores(), { excludeTestServices: true })("a batch that is not acknowledged", (it) => {
  const kinds: ReadonlyArray<FailureKind> = ["unreachable", "topic_missing", "not_authorised", "read_only", "refused"]
  it.effect("comes again unchanged, before anything else of its partition, whatever the reason", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 4500))
      const broker = new ScriptedBroker(1)
      broker.fate = first("stored", ...kinds)
      const { state } = yield* startPublisher(broker)
      yield* waitFor("the end", () => state.position() === 4500)
      expect(broker.sent.map(({ batch }) => broker.sent.findIndex((one) => one.batch === batch))).toStrictEqual([
        0, 1, 1, 1, 1, 1, 1, 7, 8, 9
      ])
      expect(kinds.map((kind) => state.rejected().get(kind))).toStrictEqual([1, 1, 1, 1, 1])
      expect(broker.all().length).toBe(4500)
      expect(flawsIn(broker, 4500)).toStrictEqual([])
    }).pipe(fresh)
  )

  it.effect("is stored once, though its answer was lost again and again", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 1200))
      const broker = new ScriptedBroker(3)
      let left = 20
      broker.fate = (partition) => (partition === 1 && left-- > 0 ? "lost" : "stored")
      const { state } = yield* startPublisher(broker)
      yield* waitFor("the end", () => state.position() === 1200)
      expect(broker.all().length).toBe(1200)
      expect(flawsIn(broker, 1200)).toStrictEqual([])
      expect(broker.overlaps).toBe(0)
    }).pipe(fresh)
  )

  it.effect("makes the topic be looked at before it comes again", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 10))
      const broker = new ScriptedBroker(1)
      broker.fate = first("unreachable")
      const seen: Array<number> = []
      broker.look = () => void seen.push(broker.sent.length)
      yield* startPublisher(broker)
      yield* waitForMessages(broker, 10)
      expect(seen).toStrictEqual([0, 1])
    }).pipe(fresh)
  )

  it.effect("comes again soon, however many were not acknowledged before it", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(1)
      let tries = 0
      broker.fate = () => (tries++ % 2 === 0 ? "unreachable" : "stored")
      const { state } = yield* startPublisher(broker, { pace: { longestPause: 600_000 } })
      for (let position = 1; position <= 30; position++) {
        yield* saveMessages(keyedMessages(position, 1))
        yield* waitFor(`message ${position}`, () => state.position() === position)
      }
    }).pipe(fresh)
  )

  it.effect("is halved when it is too large, until its records fit", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 100))
      const broker = new ScriptedBroker(2)
      broker.fate = (_, batch) => (batch.length > 7 ? "too_large" : "stored")
      const { state } = yield* startPublisher(broker)
      yield* waitFor("the end", () => state.position() === 100)
      expect(flawsIn(broker, 100)).toStrictEqual([])
      expect(broker.all().length).toBe(100)
    }).pipe(fresh)
  )

  it.effect("stops everything when it is one record that is too large, until the topic takes it", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 20))
      const broker = new ScriptedBroker(2)
      const isLarge = ({ value }: { readonly value: Buffer }) => value.includes('"m-7"')
      broker.fate = (_, batch) => (batch.some(isLarge) ? "too_large" : "stored")
      const { state, log } = yield* startPublisher(broker)
      yield* waitFor("it to be told", () => "halted" in state.status())
      expect(state.status()).toMatchObject({ condition: "down", halted: { _tag: "message_too_large" } })
      expect(broker.all().some(({ value }) => value.includes('"m-12"'))).toBe(false)
      expect(yield* checkpointOf(broker)).toBeUndefined()
      const tries = broker.sent.length
      yield* waitFor("it to be tried again", () => broker.sent.length > tries + 3)
      expect(log.lines.filter(({ event }) => event === "publishing_halted").length).toBe(1)
      broker.fate = () => "stored"
      yield* waitForMessages(broker, 20)
      expect(flawsIn(broker, 20)).toStrictEqual([])
      yield* waitFor("it to go on", () => state.status().condition === "up")
    }).pipe(fresh)
  )
})
