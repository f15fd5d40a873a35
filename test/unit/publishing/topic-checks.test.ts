import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
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

/** Ten messages are published, and ten more are there; nobody publishes now. */
const tenOfTwenty = Effect.fnUntraced(function* (broker: ScriptedBroker) {
  yield* saveMessages(keyedMessages(1, 10))
  yield* Effect.scoped(Effect.andThen(startPublisher(broker), waitForMessages(broker, 10)))
  yield* saveMessages(keyedMessages(11, 10))
})

const waitForHalt = (publisher: Effect.Success<ReturnType<typeof startPublisher>>, tag: string) =>
  waitFor(`the halt ${tag}`, () => {
    const status = publisher.state.status()
    return "halted" in status && status.halted?._tag === tag
  })

layer(publisherStores(), { excludeTestServices: true })("a topic that is not what it was", (it) => {
  it.effect("is waited for while it is missing", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 10))
      const broker = new ScriptedBroker(3)
      let isThere = false
      broker.look = () => (isThere ? undefined : "topic_missing")
      const { state } = yield* startPublisher(broker)
      yield* waitFor("some looks", () => broker.looks > 3)
      expect(state.status()).toMatchObject({ condition: "down", code: "topic_missing" })
      expect(broker.sent).toStrictEqual([])
      isThere = true
      yield* waitForMessages(broker, 10)
      expect(broker.all().length).toBe(10)
    }).pipe(fresh)
  )

  it.effect("gets nothing while it is compacted", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 10))
      const broker = new ScriptedBroker(3)
      broker.cleanupPolicy = "compact,delete"
      const publisher = yield* startPublisher(broker)
      yield* waitForHalt(publisher, "topic_compacted")
      yield* waitFor("some looks", () => broker.looks > 3)
      expect(broker.sent).toStrictEqual([])
      expect(publisher.log.lines.filter(({ event }) => event === "publishing_halted").length).toBe(1)
      broker.cleanupPolicy = "delete"
      yield* waitForMessages(broker, 10)
    }).pipe(fresh)
  )

  const changes: ReadonlyArray<readonly [string, (broker: ScriptedBroker) => unknown]> = [
    ["another_cluster", (broker) => Object.assign(broker, { clusterId: "cluster-2" })],
    ["partitions_changed", (broker) => broker.partitions.push([])],
    ["offsets_went_back", (broker) => broker.makeAnew(3)]
  ]
  for (const [halt, change] of changes)
    it.effect(`gets nothing until somebody decides: ${halt}`, () =>
      Effect.gen(function* () {
        const broker = new ScriptedBroker(3)
        yield* tenOfTwenty(broker)
        change(broker)
        const sent = broker.sent.length
        const publisher = yield* startPublisher(broker)
        yield* waitForHalt(publisher, halt)
        const lines = publisher.log.lines.filter(({ event }) => event === "publishing_halted")
        expect(lines).toStrictEqual([
          expect.objectContaining({ code: halt, detail: expect.stringContaining("certreg kafka accept") })
        ])
        yield* saveMessages(keyedMessages(21, 1))
        yield* waitFor("the lag", () => publisher.state.lag().messages === 11)
        expect(broker.sent.length).toBe(sent)
        expect(yield* checkpointOf(broker)).toMatchObject({ position: 10, term: 0 })
      }).pipe(fresh)
    )

  it.effect("may look so for a moment", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      yield* tenOfTwenty(broker)
      const { partitions } = broker
      broker.look = () => {
        broker.partitions = broker.looks === 2 ? [[], [], []] : partitions
        return undefined
      }
      const { log } = yield* startPublisher(broker)
      yield* waitForMessages(broker, 20)
      expect(broker.looks).toBe(3)
      expect(log.lines.map(({ event }) => event)).not.toContain("publishing_halted")
    }).pipe(fresh)
  )

  it.effect("is known by an acknowledged offset that was there before", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(1)
      yield* saveMessages(keyedMessages(1, 10))
      const publisher = yield* startPublisher(broker)
      yield* waitForMessages(broker, 10)
      yield* waitFor("all to be acknowledged", () => publisher.state.position() === 10)
      broker.makeAnew(1)
      yield* saveMessages(keyedMessages(11, 1))
      yield* waitForHalt(publisher, "offsets_went_back")
      yield* saveMessages(keyedMessages(12, 5))
      yield* waitFor("the lag", () => publisher.state.lag().messages === 6)
      expect(broker.all().length).toBe(1)
      expect(yield* checkpointOf(broker)).toMatchObject({ position: 10 })
    }).pipe(fresh)
  )

  it.effect("is found out while nothing is to be published, and gets what comes nowhere", () =>
    Effect.gen(function* () {
      const broker = new ScriptedBroker(3)
      yield* saveMessages(keyedMessages(1, 10))
      const publisher = yield* startPublisher(broker, { pace: { check: 5 } })
      yield* waitForMessages(broker, 10)
      yield* waitFor("all to be acknowledged", () => publisher.state.position() === 10)
      broker.makeAnew(3)
      yield* waitForHalt(publisher, "offsets_went_back")
    }).pipe(fresh)
  )

  it.effect("may be anything before it has acknowledged something", () =>
    Effect.gen(function* () {
      yield* saveMessages(keyedMessages(1, 10))
      const broker = new ScriptedBroker(2)
      broker.fate = () => "read_only"
      const { state } = yield* startPublisher(broker)
      yield* waitFor("a rejection", () => (state.rejected().get("read_only") ?? 0) > 0)
      // Nobody sends while nobody can look.
      broker.look = () => "unreachable"
      yield* waitFor("it to know", () => JSON.stringify(state.status()).includes("unreachable"))
      broker.makeAnew(3)
      broker.clusterId = "cluster-2"
      broker.fate = () => "stored"
      broker.look = () => undefined
      yield* waitForMessages(broker, 10)
      expect(flawsIn(broker, 10)).toStrictEqual([])
      yield* waitFor("the position", () => state.position() === 10)
      const { partitionOf } = broker.service
      for (const [partition, records] of broker.partitions.entries())
        for (const { key } of records) expect(partitionOf(key, 3)).toBe(partition)
    }).pipe(fresh)
  )
})
