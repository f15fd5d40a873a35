import { rmSync } from "node:fs"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { type FeedUnderTest, openFeed } from "../support/eventstoredb/feed-under-test.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const data = temporaryFolder()
let server: EventStoreDbProcess
beforeAll(async () => {
  server = await startEventStoreDb({ data, graceMs: 100 })
})
afterEach(async () => {
  server.thaw()
  await server.clearFaults()
})
afterAll(() => server.kill())

/** Soon, where a test is about what happens when nothing comes. */
const soon = { silence: 200, endCheck: 400 }

/** Each interruption was said once, and that it is over, too. */
const saidInTurn = async (feed: FeedUnderTest) => {
  await eventually("the news", () => feed.lines.length > 0 && feed.lines.length % 2 === 0)
  for (const [i, { event }] of feed.lines.entries())
    assert.strictEqual(event, i % 2 === 0 ? "feed_interrupted" : "feed_resumed")
}
const hasOne = async () => (await server.report()).subscriptions === 1
/** A follower at the end of the log. */
const following = async (feed: FeedUnderTest) => {
  const { ids } = await feed.append(3)
  const followed = feed.follow(feed.start)
  await followed.until("the first events", (f) => f.ids.length >= 3)
  await eventually("the end", () => feed.subscriptions.at(-1)?.hasCaughtUp)
  return { followed, ids: [...ids] }
}

describe("the feed of EventStoreDB, while something goes wrong", () => {
  const ends: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
    ["the server ends the subscriptions as it stops (13)", () => server.endSubscriptions(13)],
    ["it ends them as not possible now (14)", () => server.endSubscriptions(14)],
    ["it resets them", () => server.resetSubscriptions()],
    ["the connections drop", () => server.dropConnections()],
    ["it is killed and starts again", () => server.restart("SIGKILL")],
    ["it stops in order and starts again", () => server.restart("SIGTERM")]
  ]
  it.each(ends)("loses nothing and delivers nothing twice when %s", async (_, end) => {
    const feed = await openFeed(server.url)
    const { followed, ids } = await following(feed)
    await end()
    // Also what somebody else appends in the meantime.
    const other = await openFeed(server.url, { prefix: feed.prefix })
    ids.push(...(await other.append(2)).ids)
    await followed.until("what was appended since", (f) => f.ids.length >= ids.length)
    ids.push(...(await other.append(2)).ids)
    await followed.until("what came then", (f) => f.ids.length >= ids.length)
    assert.deepStrictEqual(followed.ids, ids)
    await saidInTurn(feed)
    assert.deepStrictEqual(followed.failures, [])
  })

  it("says an outage once for all who follow the log", async () => {
    const feed = await openFeed(server.url)
    const { ids } = await feed.append(3)
    const followers = [0, 1, 2].map(() => feed.follow(feed.start))
    for (const followed of followers) await followed.until("the first events", (f) => f.ids.length >= 3)
    await server.kill()
    await eventually("the news", () => feed.lines.length >= 1)
    await server.start()
    await (await openFeed(server.url, { prefix: feed.prefix })).append(2)
    for (const followed of followers) await followed.until("later events", (f) => f.ids.length >= ids.length + 2)
    await saidInTurn(feed)
  })

  it("says that an outage is over also when another reads on than it began with", async () => {
    const feed = await openFeed(server.url, { timings: { idle: 50, outage: 300 } })
    const { position } = await feed.append(3)
    const { upTo } = await feed.page(position)
    const waiting = feed.waitBeyond(upTo)
    await server.kill()
    await waiting
    // By then the one that was interrupted is gone.
    assert.include(await feed.page(feed.start).catch((error) => error), { _tag: "EventStoreUnavailable" })
    await server.start()
    await feed.page(feed.start)
    await saidInTurn(feed)
  })

  it("tells of subscriptions that end right after they began a few times, and of their end when one brings something", async () => {
    const feed = await openFeed(server.url)
    const { followed, ids } = await following(feed)
    for (let i = 0; i < 6; i++) {
      const before = feed.subscriptions.length
      await server.endSubscriptions(13)
      await eventually("the next one", () => feed.subscriptions[before]?.hasCaughtUp)
    }
    assert.isAtMost(feed.lines.length, 5)
    assert.strictEqual(feed.lines.at(-1)?.event, "feed_interrupted")
    ids.push(...(await (await openFeed(server.url, { prefix: feed.prefix })).append(1)).ids)
    await followed.until("what was appended", (f) => f.ids.length >= ids.length)
    await saidInTurn(feed)
  })

  it("subscribes anew when nothing comes of what this process appends", async () => {
    const feed = await openFeed(server.url, { timings: { ...soon, endCheck: 60_000 } })
    const { followed, ids } = await following(feed)
    await server.silenceSubscriptions()
    ids.push(...(await feed.append(2)).ids)
    await followed.until("what was appended", (f) => f.ids.length >= ids.length)
    assert.deepStrictEqual(followed.ids, ids)
    assert.deepInclude(feed.lines[0], { event: "feed_interrupted", code: "silent" })
    await eventually("the end of the silent one", hasOne)
  })

  it("subscribes anew when nothing comes of what others append", async () => {
    const feed = await openFeed(server.url, { timings: soon })
    const { followed, ids } = await following(feed)
    await server.silenceSubscriptions()
    ids.push(...(await feed.append(2, { isKnown: false })).ids)
    await followed.until("what was appended", (f) => f.ids.length >= ids.length)
    assert.deepStrictEqual(followed.ids, ids)
    await eventually("the end of the silent one", hasOne)
  })

  it.each(["silent", "hang"] as const)(
    "subscribes anew when a subscription is %s from the beginning",
    async (effect) => {
      const feed = await openFeed(server.url, { timings: soon })
      const { ids } = await feed.append(2)
      await server.fault({ on: "subscribe", effect, times: 3 })
      const page = await feed.page(feed.start)
      assert.deepStrictEqual(
        page.events.map(({ id }) => id),
        ids
      )
      assert.isAtLeast(feed.subscriptions.length, 4)
    }
  )

  it("does not subscribe anew at the end of the log, or while nobody takes what came, however long", async () => {
    const feed = await openFeed(server.url)
    for (let i = 0; i < 4; i++) await feed.append(400)
    const { session, looks } = feed.session(feed.start)
    const watched = await eventually("a full buffer", () => {
      const last = feed.subscriptions.at(-1)
      return last !== undefined && last.delivered > 0 && last.subscription.isPaused() && last
    })
    for (let i = 0; i < 3; i++) {
      session.tick(60_000)
      // The server answers after whatever that asks for.
      await feed.append(1)
    }
    let taken = 0
    await eventually("the end", () => {
      const outcome = session.page(500, 0)
      if (outcome !== undefined && "events" in outcome) taken += outcome.events.length
      return watched.hasCaughtUp && taken === 1_603
    })
    await eventually("some looks at the end of the log", () => {
      session.tick(60_000)
      return looks() >= 5
    })
    assert.lengthOf(feed.subscriptions, 1)
    assert.deepStrictEqual(feed.lines, [])
  })

  it("goes on after the server stood still", async () => {
    const feed = await openFeed(server.url, { timings: soon, deadline: 300 })
    const { followed, ids } = await following(feed)
    server.freeze()
    await eventually("the news", () => feed.lines.length >= 1)
    server.thaw()
    ids.push(...(await feed.append(2)).ids)
    await followed.until("what was appended", (f) => f.ids.length >= ids.length)
    assert.deepStrictEqual(followed.ids, ids)
    await eventually("the end of the earlier subscriptions", hasOne)
  })

  it("fails a page when an outage lasts, and goes on where it was", async () => {
    const feed = await openFeed(server.url, { timings: { outage: 300 } })
    const { followed, ids } = await following(feed)
    await server.kill()
    await followed.until("failures", (f) => f.failures.length >= 2)
    await server.start()
    ids.push(...(await (await openFeed(server.url, { prefix: feed.prefix })).append(2)).ids)
    await followed.until("what was appended since", (f) => f.ids.length >= ids.length)
    assert.deepStrictEqual(followed.ids, ids)
    await saidInTurn(feed)
  })

  it.each([
    [7, "permission_denied"],
    [16, "access_denied"]
  ])("fails a page at once when it is refused (%s)", async (code, word) => {
    const feed = await openFeed(server.url)
    const { ids } = await feed.append(2)
    await server.fault({ on: "subscribe", effect: "error", code })
    const failure = await feed.page(feed.start).catch((error) => error)
    assert.deepInclude(failure, { _tag: "EventStoreUnavailable", operation: "feed", code: word })
    assert.deepStrictEqual(
      (await feed.page(feed.start)).events.map(({ id }) => id),
      ids
    )
  })

  it("moves to the next client without a word", async () => {
    const feed = await openFeed(server.url)
    const { followed, ids } = await following(feed)
    const { clients } = feed.connection
    for (let i = 0; i < 3; i++) {
      const before = feed.subscriptions.length
      clients.replace(clients.current())
      await eventually("another subscription", () => feed.subscriptions.length > before)
      ids.push(...(await feed.append(2)).ids)
      await followed.until("what was appended", (f) => f.ids.length >= ids.length)
    }
    assert.deepStrictEqual(followed.ids, ids)
    assert.deepStrictEqual(feed.lines, [])
    await eventually("the end of the earlier ones", hasOne)
  })

  it("fails, and says so each time, when the log came back shorter than it was", async () => {
    const feed = await openFeed(server.url)
    const { followed } = await following(feed)
    await feed.append(50)
    await followed.until("all", (f) => f.ids.length === 53)
    await server.kill()
    rmSync(data, { recursive: true })
    await server.start()
    await followed.until("failures", (f) => f.failures.length >= 2)
    assert.deepStrictEqual([...new Set(followed.failures)], ["position_beyond_end"])
  })
})
