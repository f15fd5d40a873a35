import { setImmediate } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { credentials } from "../support/eventstoredb/connection.ts"
import { type FeedUnderTest, openFeed } from "../support/eventstoredb/feed-under-test.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"

let server: EventStoreDbProcess
beforeAll(async () => {
  server = await startEventStoreDb()
})
afterAll(() => server.kill())

const idsOf = (page: { readonly events: ReadonlyArray<{ readonly id: string }> }) => page.events.map(({ id }) => id)

/** Everything after a position, and where it ends. */
const readOn = async (feed: FeedUnderTest, after: number, limit = 500) => {
  const ids: Array<string> = []
  for (let position = after; ; ) {
    const page = await feed.page(position, limit)
    ids.push(...idsOf(page))
    if (page.upTo === position) return { ids, position }
    position = page.upTo
  }
}

describe("the feed of EventStoreDB", () => {
  it("delivers what is there, and then what comes, once and in order", async () => {
    const feed = await openFeed(server.url)
    const { ids } = await feed.append(3)
    assert.deepStrictEqual((await readOn(feed, 0)).ids, ids)
    const followed = feed.follow(feed.start)
    const all = [...ids]
    for (let i = 0; i < 10; i++) all.push(...(await feed.append(i + 1)).ids)
    await followed.until("all", (f) => f.ids.length >= all.length)
    assert.deepStrictEqual(followed.ids, all)
    assert.deepStrictEqual(feed.lines, [])
  })

  it("has in each page that is not full whatever this process had appended", async () => {
    const feed = await openFeed(server.url)
    await server.fault({ on: "subscribe", effect: "slow", ms: 100 })
    let { position } = await readOn(feed, feed.start)
    for (let i = 0; i < 5; i++) {
      const { ids } = await feed.append(2)
      const page = await feed.page(position)
      assert.deepStrictEqual(idsOf(page), ids)
      position = page.upTo
    }
  })

  it("makes pages of as many events as it is asked for, from whatever position", async () => {
    const feed = await openFeed(server.url)
    const { ids } = await feed.append(40)
    const { events } = await feed.page(feed.start, 40)
    for (const at of [0, 7, 38, 39]) {
      const page = await feed.page(events[at]?.position ?? 0, 10)
      assert.deepStrictEqual(idsOf(page), ids.slice(at + 1, at + 11))
    }
  })

  it("tells of other people's events after about a thousand of them, and wakes who waits", async () => {
    const feed = await openFeed(server.url)
    await feed.append(1)
    const followed = feed.follow((await readOn(feed, feed.start)).position)
    await eventually("the end", () => feed.subscriptions.at(-1)?.hasCaughtUp)
    let last = 0
    for (let i = 0; i < 10; i++) last = await feed.appendForeign(500)
    const isFurther = (share: number) => followed.pages.some(({ upTo }) => upTo > last * share)
    await followed.until("a position near the end", () => isFurther(0.75))
    assert.isAtMost(followed.pages.filter(({ upTo }, i) => upTo !== followed.pages[i - 1]?.upTo).length, 8)
    assert.deepStrictEqual(followed.ids, [])
  })

  it("leads at once past other people's events that lay there before it began", async () => {
    const feed = await openFeed(server.url)
    const { ids, position } = await feed.append(2)
    const end = await feed.appendForeign(20)
    const first = await feed.page(feed.start)
    assert.deepStrictEqual(idsOf(first), ids)
    assert.isAtLeast(first.upTo, end)
    const later = await feed.page(position)
    assert.isAtLeast(later.upTo, end)
    const more = await feed.append(2)
    assert.deepStrictEqual(idsOf(await feed.page(later.upTo)), more.ids)
  })

  it("tells of other people's events also before it has caught up", async () => {
    const feed = await openFeed(server.url, { neverCatchesUp: true })
    const { ids, position } = await feed.append(2)
    let end = 0
    for (let i = 0; i < 6; i++) end = await feed.appendForeign(500)
    const { upTo } = await feed.page(position)
    assert.isAbove(upTo, position)
    assert.isBelow(upTo, end)
    const again = await openFeed(server.url, { prefix: feed.prefix })
    const more = await feed.append(2)
    assert.deepStrictEqual((await readOn(again, upTo)).ids, more.ids)
    assert.deepStrictEqual((await readOn(again, feed.start)).ids, [...ids, ...more.ids])
  })

  it("leaves out no event that a checkpoint names without having delivered it", async () => {
    const feed = await openFeed(server.url)
    const first = await feed.append(1)
    const foreign = await feed.appendForeign(1)
    const { ids, position } = await feed.append(1)
    await server.fault({ on: "subscribe", effect: "silent" })
    const asking = feed.page(first.position)
    const watched = await eventually("a subscription", () => feed.subscriptions.at(-1))
    // Not that of an event: it may be where the next one begins that is looked at.
    watched.checkpoint(position, 0)
    assert.deepStrictEqual(await asking, { events: [], upTo: foreign })
    const again = await openFeed(server.url, { prefix: feed.prefix })
    assert.deepStrictEqual((await readOn(again, foreign)).ids, ids)
  })

  it("is silent from a position beyond the end of the log, as long as the log is no longer", async () => {
    const feed = await openFeed(server.url)
    const { position } = await feed.append(1)
    const beyond = position + 1_000_000
    assert.deepStrictEqual(await feed.page(beyond), { events: [], upTo: beyond })
    const waiting = new AbortController()
    const woken = feed.waitBeyond(beyond, waiting.signal).then(
      () => "woken",
      () => "interrupted"
    )
    await feed.append(1)
    assert.deepStrictEqual(await feed.page(beyond), { events: [], upTo: beyond })
    waiting.abort()
    assert.strictEqual(await woken, "interrupted")
  })

  it("fails at a number that is no position, and says so each time", async () => {
    const feed = await openFeed(server.url)
    const { position } = await feed.append(1)
    for (let i = 0; i < 2; i++) {
      const failure = await feed.page(position - 1).catch((error) => error)
      assert.deepInclude(failure, { _tag: "EventStoreUnavailable", operation: "feed", code: "invalid_argument" })
    }
  })

  it("holds a bounded part of a log that is read slowly, and lets the server wait", async () => {
    const feed = await openFeed(server.url)
    const ids: Array<string> = []
    for (let i = 0; i < 10; i++) ids.push(...(await feed.append(300)).ids)
    const first = await feed.page(feed.start, 10)
    const watched = await eventually("a full buffer", () => {
      const last = feed.subscriptions.at(-1)
      return last?.subscription.isPaused() && last
    })
    await setImmediate()
    assert.isAtMost(watched.delivered, 1_010)
    const rest = await readOn(feed, first.upTo, 100)
    assert.deepStrictEqual([...idsOf(first), ...rest.ids], ids)
    assert.lengthOf(feed.subscriptions, 1)
  })

  it("holds a bounded part of large events, too, and makes small pages of them", async () => {
    const feed = await openFeed(server.url)
    const ids: Array<string> = []
    for (let i = 0; i < 20; i++) ids.push(...(await feed.append(1, { note: "x".repeat(300_000) })).ids)
    const first = await feed.page(feed.start)
    assert.lengthOf(first.events, 4)
    await eventually("a full buffer", () => feed.subscriptions.at(-1)?.subscription.isPaused())
    assert.isAtMost(feed.subscriptions.at(-1)?.delivered ?? 0, 12)
    const second = await feed.page(first.upTo)
    assert.lengthOf(second.events, 4)
    const rest = await readOn(feed, second.upTo)
    assert.deepStrictEqual([...idsOf(first), ...idsOf(second), ...rest.ids], ids)
  })

  it("goes on past a stream that is destroyed while it follows, and says it once, to whomever", async () => {
    const feed = await openFeed(server.url)
    const followers = [feed.follow(feed.start), feed.follow(feed.start)]
    const { stream, ids } = await feed.append(2)
    for (const followed of followers) await followed.until("its events", (f) => f.ids.length === 2)
    await feed.connection.clients.current().client.tombstoneStream(feed.prefix + stream, { credentials })
    const more = await feed.append(2)
    for (const followed of followers) {
      await followed.until("later events", (f) => f.ids.length >= 4)
      assert.deepStrictEqual(followed.ids, [...ids, ...more.ids])
    }
    assert.deepStrictEqual(feed.lines, [{ event: "history_damaged", stream, code: "stream_deleted" }])
  })

  it("goes on from the position of an event that was scavenged", async () => {
    const feed = await openFeed(server.url)
    const kept = await feed.append(2)
    const gone = await feed.append(2)
    const { position } = await readOn(feed, feed.start)
    await feed.appendForeign(2)
    await feed.connection.clients.current().client.deleteStream(feed.prefix + gone.stream, { credentials })
    assert.isAtLeast(await server.scavenge(), 1)
    const more = await feed.append(2)
    const again = await openFeed(server.url, { prefix: feed.prefix })
    assert.deepStrictEqual((await readOn(again, position)).ids, more.ids)
    assert.deepStrictEqual((await readOn(again, gone.position)).ids, more.ids)
    assert.deepStrictEqual((await readOn(again, kept.position)).ids.slice(-2), more.ids)
  })
})
