import {
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  type Position,
  streamNameFilter
} from "@eventstore/db-client"
import { afterAll, assert, describe, it } from "vitest"
import {
  appending,
  caughtUp,
  collect,
  event,
  events,
  type Followed,
  follow,
  hasFailed,
  idsOf,
  newStream,
  revisionsOf
} from "../support/eventstoredb/connection.ts"

/** What EventStoreDB 24.6.0 sends to subscribers. */
export const eventStoreDbSubscriptions = (name: string, connect: () => EventStoreDBClient) =>
  describe(`EventStoreDB subscriptions: ${name}`, () => {
    const append = appending(connect)
    const open: Array<Followed> = []
    const following = (subscription: Followed["subscription"]) => {
      const followed = follow(subscription)
      open.push(followed)
      return followed
    }
    afterAll(() => Promise.all(open.map(({ subscription }) => subscription.unsubscribe())))

    const givenStream = async (count: number, stream = newStream()) => {
      const list = events(count)
      const { position } = await append(stream, list)
      if (position === undefined) throw new Error("no position")
      return { stream, position, ids: list.map(({ id }) => id) }
    }
    const toStream = (stream: string, fromRevision: bigint | "start" | "end" = "start") =>
      following(connect().subscribeToStream(stream, { fromRevision }))
    const toAll = (stream: string, fromPosition: Position | "start" | "end" = "start") =>
      following(connect().subscribeToAll({ fromPosition, filter: streamNameFilter({ prefixes: [stream] }) }))

    it("confirms, delivers what there is, says that it caught up, and goes on", async () => {
      const { stream, ids } = await givenStream(40)
      for (const followed of [toStream(stream), toAll(stream)]) {
        await followed.until("the end of the stream", caughtUp(ids.length))
        assert.deepStrictEqual(
          followed.log.filter((entry) => entry !== "caughtUp"),
          ["confirmation", ...ids]
        )
        assert.match(String(followed.subscription.id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
        const more = await givenStream(2, stream)
        ids.push(...more.ids)
        await followed.until("more events", ({ events }) => events.length >= ids.length)
        assert.deepStrictEqual(idsOf(followed.events), ids)
      }
    })

    it("goes on after a revision, after a position, and after the end", async () => {
      const first = await givenStream(2)
      const { stream, ids } = await givenStream(3, first.stream)
      const afterPosition = toAll(stream, first.position)
      const all = [toStream(stream, 1n), afterPosition]
      const ends = [toStream(stream, "end"), toAll(stream, "end")]
      for (const followed of [...all, ...ends]) await followed.until("the end of the stream", caughtUp())
      const more = await givenStream(1, stream)
      for (const followed of [...all, ...ends])
        await followed.until("one more", ({ log }) => log.includes(`${more.ids[0]}`))
      for (const followed of all) assert.deepStrictEqual(idsOf(followed.events), [...ids, ...more.ids])
      for (const followed of ends) assert.deepStrictEqual(idsOf(followed.events), more.ids)
    })

    it("waits for a stream that is missing", async () => {
      const stream = newStream()
      const followed = await toStream(stream).until("the end of nothing", caughtUp())
      const { ids } = await givenStream(2, stream)
      await followed.until("the first events", ({ events }) => events.length === 2)
      assert.deepStrictEqual(idsOf(followed.events), ids)
    })

    it("filters by streams and types, by beginnings and expressions", async () => {
      const [{ position }, stream] = [await givenStream(1), newStream()]
      const type = `Type${stream.slice(-8)}`
      const mine = [1, 2].map(() => jsonEvent({ type, data: {} }))
      await append(stream, mine, { expectedRevision: "no_stream" })
      await connect().setStreamMetadata(stream, { maxCount: 10 }, { credentials: { username: "a", password: "b" } })
      const { ids } = await givenStream(1)
      const last = ids[0] ?? ""
      const filters = [
        streamNameFilter({ prefixes: ["nothing", stream] }),
        streamNameFilter({ regex: `^${stream}$` }),
        eventTypeFilter({ prefixes: [type] }),
        eventTypeFilter({ regex: `^${type}$` })
      ]
      for (const filter of filters) {
        const followed = following(connect().subscribeToAll({ fromPosition: position, filter }))
        await followed.until("the end of the log", caughtUp(mine.length))
        assert.deepStrictEqual(
          idsOf(followed.events),
          mine.map(({ id }) => id)
        )
      }
      const users = following(connect().subscribeToAll({ fromPosition: position, filter: excludeSystemEvents() }))
      await users.until("the last event", ({ log }) => log.includes(last))
      assert.isTrue(users.events.every(({ event }) => !event?.type.startsWith("$")))
      const everything = following(connect().subscribeToAll({ fromPosition: position }))
      await everything.until("the last event", ({ log }) => log.includes(last))
      assert.include(
        everything.events.map(({ event }) => event?.streamId),
        `$$${stream}`
      )
    })

    it("confirms a number that is no position, and then refuses it", async () => {
      const { stream, position } = await givenStream(2)
      const followed = toAll(stream, { commit: position.commit - 1n, prepare: position.prepare - 1n })
      await followed.until("the refusal", hasFailed)
      assert.deepStrictEqual(followed.log, ["confirmation", "error"])
      assert.strictEqual(followed.error()?.code, 3)
    })

    it("says nothing from beyond the end of the log, not even later", async () => {
      const { stream, position } = await givenStream(1)
      const beyond = { commit: position.commit + 1_000_000_000n, prepare: position.prepare + 1_000_000_000n }
      const followed = await toAll(stream, beyond).until("the end of the log", caughtUp())
      const other = await toAll(stream, position).until("the end of the log", caughtUp())
      await givenStream(3, stream)
      await other.until("later events", ({ events }) => events.length === 3)
      assert.deepStrictEqual(followed.log, ["confirmation", "caughtUp"])
    })

    it("delivers a tombstone and ends with it, but for $all", async () => {
      const { stream } = await givenStream(1)
      const all = await toAll(stream).until("the end of the log", caughtUp())
      const followed = await toStream(stream).until("the end of the stream", caughtUp())
      await connect().tombstoneStream(stream)
      await followed.until("its end", hasFailed)
      assert.deepInclude(followed.error(), { type: "stream-deleted", streamName: stream })
      const types = followed.events.map(({ event }) => event?.type)
      assert.deepStrictEqual(types, ["Noted", "$streamDeleted"])
      await all.until("the tombstone", ({ events }) => events.length === 2)
      assert.strictEqual(all.error(), undefined)
      assert.deepStrictEqual(revisionsOf(all.events), [0n, 9223372036854775807n])
    })

    it("says again that it caught up after it fell behind a slow reader", async () => {
      const stream = newStream()
      const subscription = connect().subscribeToStream(stream)
      const followed = await following(subscription).until("the end of nothing", caughtUp())
      subscription.pause()
      const large = "x".repeat(5_000)
      for (let i = 0; i < 20; i++)
        await append(
          stream,
          Array.from({ length: 100 }, () => event({ large }))
        )
      subscription.resume()
      const isAgain = ({ log }: Followed) => log.filter((entry) => entry === "caughtUp").length >= 2
      await followed.until("the end again", (all) => isAgain(all) && all.events.length === 2_000)
      assert.deepStrictEqual(
        revisionsOf(followed.events),
        Array.from({ length: 2_000 }, (_, i) => BigInt(i))
      )
    })

    it("ends in order when it is no longer wanted", async () => {
      const { stream } = await givenStream(1)
      const followed = await toStream(stream).until("the end of the stream", caughtUp())
      await followed.subscription.unsubscribe()
      await followed.until("its end", ({ log }) => log.includes("close"))
      assert.deepStrictEqual(followed.log.slice(-2), ["end", "close"])
      const iterated = connect().subscribeToStream(stream)
      iterated.on("caughtUp", () => void iterated.unsubscribe())
      assert.lengthOf(await collect(iterated), 1)
    })
  })
