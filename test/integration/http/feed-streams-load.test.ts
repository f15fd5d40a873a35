import { setImmediate as turn } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { type Reading, readEvents } from "../../support/event-stream.ts"
import { eventually } from "../../support/eventually.ts"
import { cursorAt, messageAt, messagesFrom, saveMessages } from "../../support/feed.ts"
import { type HttpService, startHttp } from "../../support/http-service.ts"
import { serverResponses } from "../../support/server-responses.ts"

const follow = (service: HttpService, as: string, lastEventId = "") =>
  readEvents(`${service.url}/v1/feed`, {
    authorization: `Bearer ${service.keys[as]}`,
    "last-event-id": lastEventId
  })
const idsOf = ({ events }: Pick<Reading, "events">) => events.map(({ id }) => id)
const idsUpTo = (count: number) => Array.from({ length: count }, (_, i) => cursorAt(i + 1))

describe("event streams under load", () => {
  it("lose and repeat nothing for who leaves at any point and comes again", async () => {
    const service = await startHttp({ feed: { gather: 2, look: 10 } })
    const count = 1500
    const write = async () => {
      for (let at = 1; at <= count; ) {
        // Pages of all sizes; of some nobody is told.
        const size = Math.min([1, 3, 250, 1, 40][at % 5] ?? 1, count - at + 1)
        await service.run(saveMessages(messagesFrom(at, size), { isTold: at % 7 !== 0 }))
        at += size
        await turn()
      }
    }
    /** Reads `share` events at a time, on a stream of their own each. */
    const read = async (share: number): Promise<ReadonlyArray<string>> => {
      const ids: Array<string> = []
      while (ids.length < count) {
        const wanted = Math.min(share, count - ids.length)
        const stream = await follow(service, "auditor", ids.at(-1))
        await stream.until(wanted)
        stream.leave()
        // What came behind these is asked for again.
        ids.push(...idsOf(stream).slice(0, wanted))
      }
      return ids
    }
    const [, ...all] = await Promise.all([write(), ...[31, 97, 400, count].map(read)])
    for (const ids of all) expect(ids).toEqual(idsUpTo(count))
  })

  it("keep no more than a piece for a reader who stands still, and give the others everything", async () => {
    const service = await startHttp({ feed: { gather: 1 } })
    const responses = serverResponses("/v1/feed")
    const [still, reads] = [await follow(service, "auditor"), await follow(service, "auditor")]
    still.pause()
    const size = 20
    let [pages, waiting, pagesWithMore] = [0, 0, 0]
    // A kernel takes some megabytes for who reads nothing.
    while (pagesWithMore < 20) {
      await service.run(saveMessages(messagesFrom(1 + pages * size, size, "north", "x".repeat(20_000))))
      await reads.until(++pages * size)
      waiting = Math.max(waiting, ...responses.map((response) => response.writableLength))
      if (waiting > 0) pagesWithMore++
    }
    expect(waiting).toBeLessThan(200_000)
    expect(idsOf(reads)).toEqual(idsUpTo(pages * size))
    expect(still.events.length).toBeLessThan(pages * size)
    still.resume()
    await still.until(pages * size)
    expect(idsOf(still)).toEqual(idsUpTo(pages * size))
  })

  it("end for a reader who takes nothing for long, and not for one with nothing to take", async () => {
    const service = await startHttp({ feed: { gather: 1, look: 10, patience: 1000 } })
    const responses = serverResponses("/v1/feed")
    const [still, idle] = [await follow(service, "auditor"), await follow(service, "feeder")]
    still.pause()
    let at = 1
    await eventually("its end", async () => {
      await service.run(saveMessages([messageAt(at++, "beta", "x".repeat(500_000))]))
      return responses[0]?.destroyed
    })
    expect(responses[1]?.destroyed).toBe(false)
    await service.run(saveMessages([messageAt(at)]))
    await idle.until(1)
  })

  it("1,000 of them each get everything of their tenants, whatever they have already", async () => {
    const service = await startHttp()
    await service.run(saveMessages(messagesFrom(1, 10)))
    const streams = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => ({
        first: n % 2 === 0 ? 1 : 6,
        tenant: n % 4 < 2 ? "north" : undefined,
        stream: await follow(service, n % 4 < 2 ? "feeder" : "auditor", n % 2 === 0 ? "" : cursorAt(5))
      }))
    )
    const late = Array.from({ length: 12 }, (_, i) => messageAt(11 + i, i % 2 === 0 ? "north" : "beta"))
    for (const message of late) await service.run(saveMessages([message]))
    const early = Array.from({ length: 10 }, (_, i) => ({ position: i + 1, tenant: "north" }))
    for (const { first, tenant, stream } of streams) {
      const expected = [...early, ...late].filter(
        (message) => message.position >= first && (tenant ?? message.tenant) === message.tenant
      )
      await stream.until(expected.length)
      expect(idsOf(stream)).toEqual(expected.map(({ position }) => cursorAt(position)))
    }
  })

  it("end whole when the service stops", async () => {
    const service = await startHttp()
    await service.run(saveMessages([messageAt(1)]))
    const streams = await Promise.all(Array.from({ length: 3 }, () => follow(service, "auditor")))
    const still = await follow(service, "auditor")
    still.pause()
    await service.run(saveMessages(messagesFrom(2, 20, "north", "x".repeat(500_000))))
    await Promise.all(streams.map((stream) => stream.until(21)))
    await service.stop()
    for (const stream of streams) {
      await eventually("the end", () => stream.ended() !== undefined)
      expect(stream.ended()).toBe("whole")
    }
    for (const stream of streams) expect(idsOf(stream)).toEqual(idsUpTo(21))
    still.resume()
    await eventually("the end of who stood still", () => still.ended() !== undefined)
    expect(idsOf(still)).toEqual(idsUpTo(still.events.length))
  })
})
