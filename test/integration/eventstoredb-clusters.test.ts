import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it, onTestFinished } from "vitest"
import { noStream } from "../../src/application/ports/event-store.ts"
import { ids, stored } from "../support/event-log.ts"
import { openFeed } from "../support/eventstoredb/feed-under-test.ts"
import {
  type EventStoreDbProcess,
  type ProcessOptions,
  startEventStoreDb
} from "../support/eventstoredb/server-process.ts"
import { openStore } from "../support/eventstoredb/store-under-test.ts"
import { eventually } from "../support/eventually.ts"
import { newEvents, newStream } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const startServer = async (options: ProcessOptions = {}) => {
  const server = await startEventStoreDb(options)
  onTestFinished(async () => void (await server.kill()))
  return server
}
const hostOf = ({ httpUrl }: EventStoreDbProcess) => new URL(httpUrl).host
/** One that is there, and does not lead. */
const startAnother = () => startServer({ electionMs: 1_000_000_000 })

const forms: ReadonlyArray<readonly [string, (leader: EventStoreDbProcess) => Promise<string>]> = [
  ["by a name", async (leader) => `esdb+discover://${hostOf(leader)}?tls=false`],
  ["by some of its members", async (leader) => `esdb://${hostOf(await startAnother())},${hostOf(leader)}?tls=false`],
  ["by members of which one is away", async (leader) => `esdb://127.0.0.1:9,${hostOf(leader)}?tls=false`]
]

describe.each(forms)("a cluster that is found %s", (_, urlOf) => {
  it("gives back what was appended, before and after its leader was away", async () => {
    const server = await startServer({ data: temporaryFolder() })
    const store = openStore(await urlOf(server))
    const { stream, events, tip } = await store.given(2)
    await server.restart()
    const more = newEvents(stream, tip, 2)
    // The same again while the leader is not found: it is stored once.
    await eventually("an append", () =>
      store
        .run(({ append }) => append(stream, tip, more))
        .then(
          () => true,
          () => false
        )
    )
    const { events: lying } = await store.run(({ read }) => read(stream))
    assert.deepStrictEqual(lying, [...events, ...more].map(stored))
  })

  it("is followed, also after its leader was away", async () => {
    const server = await startServer({ data: temporaryFolder() })
    const feed = await openFeed(await urlOf(server))
    const { ids: first } = await feed.append(2)
    const followed = feed.follow(feed.start)
    await followed.until("the first events", (f) => f.ids.length >= 2)
    await server.restart()
    const { ids: second } = await feed.append(2)
    await followed.until("what was appended since", (f) => f.ids.length >= 4)
    assert.deepStrictEqual(followed.ids, [...first, ...second])
  })
})

describe("a cluster without a leader", () => {
  it("says so to whoever asks, and ends no process when it turned calls away that were under way", async () => {
    const unheard: Array<unknown> = []
    const keep = (error: unknown) => void unheard.push(error)
    process.on("unhandledRejection", keep)
    onTestFinished(() => void process.off("unhandledRejection", keep))
    const server = await startServer()
    const host = hostOf(server)
    const store = openStore(`esdb://${host},${host}?tls=false&maxDiscoverAttempts=1&discoveryInterval=300`, {
      deadline: 60_000
    })
    const { name, stream, tip } = await store.given(1)
    const untilFaultsLeft = (count: number) =>
      eventually("a fault", async () => (await server.report()).faults <= count)
    await server.fault({ on: "append", stream: name, effect: "hang" })
    const append = store.failure(({ append }) => append(stream, tip, newEvents(stream, tip, 1)))
    await untilFaultsLeft(0)
    // The first read is turned away, and the client leaves its channel; with the next one it begins to look for the leader.
    await server.fault({ on: "read", stream: `${store.prefix}a`, effect: "error", code: 14 })
    assert.include(await store.failure(({ read }) => read("a")), { code: "unavailable" })
    await server.fault({ on: "gossip", effect: "hang" })
    await server.fault({ on: "gossip", effect: "error", code: 14 })
    const read = store.failure(({ read }) => read("b"))
    await untilFaultsLeft(1)
    // The append learns of it while the search goes on.
    await server.dropConnections()
    assert.include(await append, { stored: "unknown", code: "unavailable" })
    assert.include(await read, { stored: "no", code: "no_node_found" })
    await sleep(0)
    assert.deepStrictEqual(unheard, [])
  })

  it("has one later, and is found then", async () => {
    const server = await startServer()
    const store = openStore(`esdb+discover://${hostOf(server)}?tls=false&maxDiscoverAttempts=1`)
    await server.setStage({ isReady: false })
    const stream = newStream()
    const events = newEvents(stream, noStream, 1)
    assert.include(await store.failure(({ append }) => append(stream, noStream, events)), { stored: "unknown" })
    await server.setStage({ isReady: true })
    await store.run(({ append }) => append(stream, noStream, events))
    assert.deepStrictEqual(ids((await store.run(({ read }) => read(stream))).events), ids(events))
  })
})
