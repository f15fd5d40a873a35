import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import type { Place } from "../../src/adapters/eventstoredb/position.ts"
import { subscribe } from "../../src/adapters/eventstoredb/subscription.ts"
import { openFeed } from "../support/eventstoredb/feed-under-test.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"
import { runNode } from "../support/run-node.ts"

let server: EventStoreDbProcess
beforeAll(async () => {
  server = await startEventStoreDb()
})
afterEach(() => server.clearFaults())
afterAll(() => server.kill())

const open = async () => (await server.report()).subscriptions

describe("readers of the feed of EventStoreDB", () => {
  it("go on with their own subscription, each at its own pace", async () => {
    const feed = await openFeed(server.url)
    for (let i = 0; i < 4; i++) await feed.append(20)
    const places = [1, 2, 3, 4].map((size) => ({ size, position: feed.start, seen: 0 }))
    for (let round = 0; round < 10; round++) {
      for (const place of places) {
        const { events, upTo } = await feed.page(place.position, place.size)
        place.seen += events.length
        place.position = upTo
      }
    }
    assert.deepStrictEqual(
      places.map(({ seen }) => seen),
      [10, 20, 30, 40]
    )
    assert.lengthOf(feed.subscriptions, 4)
  })

  it("at one place share no page, and each gets all of it", async () => {
    const feed = await openFeed(server.url)
    const { ids } = await feed.append(5)
    const pages = await Promise.all([feed.page(feed.start), feed.page(feed.start), feed.page(feed.start)])
    for (const { events } of pages)
      assert.deepStrictEqual(
        events.map(({ id }) => id),
        ids
      )
  })

  it("beyond a few leave no subscription, but for those that read last", async () => {
    const feed = await openFeed(server.url)
    await feed.append(20)
    const { events } = await feed.page(feed.start, 20)
    const at = (index: number) => feed.page(events[index]?.position ?? 0, 1)
    for (const index of [0, 4, 8, 12]) await at(index)
    await at(1)
    await at(16)
    await eventually("the end of another", async () => (await open()) === 4)
    const opened = feed.subscriptions.length
    for (const index of [17, 2, 13, 9]) assert.lengthOf((await at(index)).events, 1)
    assert.lengthOf(feed.subscriptions, opened)
    assert.lengthOf((await at(5)).events, 1)
    assert.lengthOf(feed.subscriptions, opened + 1)
  })

  it("who do not come back leave no subscription, and who comes back gets another", async () => {
    const feed = await openFeed(server.url, { timings: { idle: 100 } })
    const { upTo } = await feed.page((await feed.append(3)).position)
    await eventually("the end of the subscription", async () => (await open()) === 0)
    const { ids } = await feed.append(2)
    assert.deepStrictEqual(
      (await feed.page(upTo)).events.map(({ id }) => id),
      ids
    )
  })

  it("who wait keep theirs, and are all woken", async () => {
    const [feed, clock] = [await openFeed(server.url, { timings: { idle: 100 } }), await openFeed(server.url)]
    const { upTo } = await feed.page((await feed.append(3)).position)
    const waiting = [feed.waitBeyond(upTo), feed.waitBeyond(upTo), feed.waitBeyond(upTo)]
    await server.fault({ on: "subscribe", effect: "slow", ms: 300 })
    await clock.page(clock.start)
    assert.lengthOf(feed.subscriptions, 1)
    await feed.append(1)
    await Promise.all(waiting)
    await feed.waitBeyond(upTo)
    assert.lengthOf((await feed.page(upTo)).events, 1)
  })

  it("who wait where another takes a page are woken, too", async () => {
    const feed = await openFeed(server.url)
    const { upTo } = await feed.page((await feed.append(3)).position)
    const [waiting, next] = [feed.waitBeyond(upTo), feed.waitBeyond(upTo).then(() => feed.page(upTo))]
    await feed.append(1)
    await Promise.all([waiting, next])
  })

  it("who give up waiting leave nothing", async () => {
    const feed = await openFeed(server.url, { timings: { idle: 100 } })
    const { upTo } = await feed.page((await feed.append(3)).position)
    const ending = new AbortController()
    const waiting = Array.from({ length: 10 }, () => feed.waitBeyond(upTo, ending.signal).catch(() => "given up"))
    ending.abort()
    assert.deepStrictEqual(new Set(await Promise.all(waiting)), new Set(["given up"]))
    await eventually("the end of the subscription", async () => (await open()) === 0)
  })

  it("who wait at a place that nobody has read from wait for what comes there", async () => {
    const feed = await openFeed(server.url)
    const { position } = await feed.append(3)
    await feed.waitBeyond(feed.start)
    const { upTo } = await (await openFeed(server.url, { prefix: feed.prefix })).page(position)
    const waiting = feed.waitBeyond(upTo)
    await feed.append(1, { isKnown: false })
    await waiting
  })

  it("who wait are woken when the log cannot be followed any more", async () => {
    const feed = await openFeed(server.url)
    const { upTo } = await feed.page((await feed.append(3)).position)
    const waiting = feed.waitBeyond(upTo)
    await server.endSubscriptions(14)
    await waiting
  })

  it("who are there when it closes are told, and nothing stays open", async () => {
    const feed = await openFeed(server.url, { timings: { silence: 100 } })
    const { upTo } = await feed.page((await feed.append(3)).position)
    const waiting = feed.waitBeyond(upTo)
    await server.silenceSubscriptions()
    await server.fault({ on: "subscribe", effect: "hang", times: 100 })
    await feed.append(1)
    const asking = feed.page(upTo).catch((error) => error)
    await feed.close()
    await waiting
    assert.deepInclude(await asking, { _tag: "EventStoreUnavailable", code: "closing" })
    assert.deepInclude(await feed.page(upTo).catch((error) => error), { code: "closing" })
    await feed.waitBeyond(upTo)
    await eventually("the end of the subscriptions", async () => (await open()) === 0)
  })

  it("end with the store, and let the process end", async () => {
    const feed = await openFeed(server.url)
    const { position } = await feed.append(1)
    const { code, stdout, stderr } = await runNode("test/support/feed-program.ts", [server.url], {})
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    assert.isAtLeast(Number(stdout), position)
    await eventually("the end of its subscriptions", async () => (await open()) === 0)
  })
})

describe("a subscription of the client of EventStoreDB", () => {
  it("tells of the end, and of checkpoints, after the events that came before, even if those wait in its buffer", async () => {
    const feed = await openFeed(server.url)
    const { ids, position } = await feed.append(4)
    await feed.appendForeign(1_500)
    const told: Array<string | Place> = []
    const { client } = feed.connection.clients.current()
    const prefixes = [`${feed.prefix}registration-`]
    // Exclusive: the first event is read by nobody.
    const from = (await feed.page(feed.start, 1)).upTo
    const subscription = subscribe(client, { commit: from, prepare: from }, prefixes, {
      event: ({ id }) => void told.push(id),
      checkpoint: (place) => void told.push(place),
      caughtUp: () => void told.push("caught up"),
      ended: () => void told.push("ended")
    })
    const watched = feed.subscriptions.at(-1)
    await eventually("the end of the log", () => watched?.hasCaughtUp)
    assert.deepStrictEqual(told, [])
    subscription.resume()
    await eventually("the end", () => told.includes("caught up"))
    assert.deepStrictEqual(told.slice(0, 3), ids.slice(1))
    const [checkpoint, ...rest] = told.slice(3)
    assert.isAtLeast((checkpoint as Place).commit, position)
    assert.deepStrictEqual(rest, ["caught up"])
    subscription.stop()
    await eventually("its end", () => watched?.subscription.closed)
    assert.notInclude(told, "ended")
  })
})
