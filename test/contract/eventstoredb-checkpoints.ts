import { type EventStoreDBClient, type Position, streamNameFilter } from "@eventstore/db-client"
import { afterAll, assert, describe, it } from "vitest"
import {
  appending,
  caughtUp,
  events,
  type Followed,
  follow,
  idsOf,
  newStream
} from "../support/eventstoredb/connection.ts"
import { eventually } from "../support/eventually.ts"

interface Checkpointed extends Followed {
  readonly checkpoints: ReadonlyArray<Position>
}

/** Where EventStoreDB 24.6.0 says that a filtered subscription stands. */
export const eventStoreDbCheckpoints = (name: string, connect: () => EventStoreDBClient) =>
  describe(`EventStoreDB checkpoints: ${name}`, () => {
    const append = appending(connect)
    const open: Array<Followed> = []
    afterAll(() => Promise.all(open.map(({ subscription }) => subscription.unsubscribe())))

    const subscribe = (prefix: string, fromPosition: Position | "start" | "end", window?: number): Checkpointed => {
      const checkpoints: Array<Position> = []
      const filter = streamNameFilter({
        prefixes: [prefix],
        ...(window === undefined ? {} : { maxSearchWindow: window }),
        checkpointReached: async (_subscription, position) => {
          checkpoints.push(position)
        }
      })
      const followed = { ...follow(connect().subscribeToAll({ fromPosition, filter })), checkpoints }
      open.push(followed)
      return followed
    }
    const appendForeign = async (count: number) => {
      const { position } = await append(newStream(), events(count))
      if (position === undefined) throw new Error("no position")
      return position
    }
    const commits = ({ checkpoints }: Checkpointed) => checkpoints.map(({ commit }) => commit)

    it("come every 32 events that it looks at, also when none fits", async () => {
      const start = await appendForeign(1)
      await appendForeign(200)
      const followed = subscribe("nothing-", start)
      await followed.until("the end of the log", caughtUp())
      assert.isAtLeast(followed.checkpoints.length, 6)
      assert.deepStrictEqual(
        commits(followed),
        [...commits(followed)].sort((a, b) => Number(a - b))
      )
      // It need not be the position of an event: nothing has fitted yet.
      assert.isTrue(followed.checkpoints.some(({ prepare }) => prepare === 0n))
    })

    it("begin with zero where nothing fits from the start", async () => {
      await appendForeign(100)
      const followed = subscribe("nothing-", "start")
      await followed.until("the end of the log", caughtUp())
      assert.deepStrictEqual(followed.checkpoints[0], { commit: 0n, prepare: 0n })
    })

    it("come as often as the window says", async () => {
      const start = await appendForeign(1)
      await appendForeign(100)
      const followed = subscribe("nothing-", start, 10)
      await followed.until("the end of the log", caughtUp())
      assert.isAtLeast(followed.checkpoints.length, 9)
    })

    it("come while only others append", async () => {
      const followed = subscribe("nothing-", "end")
      await followed.until("the end of the log", caughtUp())
      for (let i = 0; i < 8; i++) await appendForeign(10)
      await followed.until("two checkpoints", () => followed.checkpoints.length >= 2)
      const [first, second] = commits(followed)
      assert.isTrue((first ?? 0n) > 0n && (second ?? 0n) > (first ?? 0n))
    })

    it("never go back, also where the subscription falls behind", async () => {
      const prefix = newStream()
      const followed = subscribe(prefix, "end")
      await followed.until("the end of the log", caughtUp())
      for (let round = 0; round < 4; round++) {
        await append(prefix, events(20))
        await appendForeign(20)
        await append(prefix, events(40))
        await appendForeign(20)
      }
      await followed.until("all events", caughtUp(240))
      for (let i = 0; i < 8; i++) await appendForeign(10)
      const last = followed.events.at(-1)?.event?.position?.commit ?? 0n
      await followed.until("a checkpoint behind all events", () => (commits(followed).at(-1) ?? 0n) > last)
      assert.deepStrictEqual(
        commits(followed),
        [...commits(followed)].sort((a, b) => Number(a - b))
      )
      assert.isAtLeast(commits(followed).length, 6)
    })

    it("are exact: each of them goes on with the next event that fits", async () => {
      const prefix = newStream()
      const start = await appendForeign(1)
      const ids: Array<string> = []
      for (let i = 0; i < 12; i++) {
        const fits = events(1 + (i % 3))
        ids.push(...fits.map(({ id }) => id))
        await append(`${prefix}-${i}`, fits)
        await appendForeign(i === 3 ? 100 : 20)
      }
      const whole = subscribe(prefix, start)
      await whole.until("all events", caughtUp(ids.length))
      assert.deepStrictEqual(idsOf(whole.events), ids)
      assert.isAtLeast(whole.checkpoints.length, 8)
      for (const position of whole.checkpoints) {
        const delivered = whole.events.filter(({ event }) => (event?.position?.commit ?? 0n) <= position.commit).length
        const rest = subscribe(prefix, position)
        await rest.until("the end of the log", caughtUp(ids.length - delivered))
        assert.deepStrictEqual(idsOf(rest.events), ids.slice(delivered))
        await rest.subscription.unsubscribe()
      }
    })

    it("are told by this client before its reader took the events that came before them", async () => {
      const prefix = newStream()
      const start = await appendForeign(1)
      await append(prefix, events(3))
      await appendForeign(100)
      let taken = 0
      let takenBefore: number | undefined
      const filter = streamNameFilter({
        prefixes: [prefix],
        checkpointReached: async () => {
          takenBefore ??= taken
        }
      })
      const subscription = connect().subscribeToAll({ fromPosition: start, filter })
      for await (const _ of subscription) {
        await eventually("a checkpoint", () => takenBefore !== undefined)
        if (++taken === 3) break
      }
      await subscription.unsubscribe()
      assert.strictEqual(takenBefore, 0)
    })
  })
