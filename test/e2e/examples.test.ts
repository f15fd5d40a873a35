import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { isEnd, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { exampleOf } from "../support/example.ts"
import { readMessage } from "../support/public-messages.ts"
import { backUp, putBack } from "../support/put-back.ts"
import { type FeedItem, keptOf, untilTold } from "../support/read-whole-feed.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api, dataDir } = service
const reader = await service.client("reader", { scopes: "events:read", tenant: "north" })
const userWith = usersOf("example")
const consumer = exampleOf("feed-consumer.ts")
afterAll(() => consumer.kill())
const start = () => consumer.start({ FEED_URL: `${service.url()}/v1/feed`, API_KEY: reader.key })

const idsOf = (items: ReadonlyArray<FeedItem>) => items.map(({ id }) => id)

/** A user whose registration ends as issued, and one that is withdrawn. */
const twoMore = async (): Promise<ReadonlyArray<string>> => {
  const [issued, { id }] = await Promise.all([api.register(userWith()), api.start(userWith())])
  await Promise.all([api.withdraw(id), api.until(issued, isEnd)])
  return [issued, id]
}

it("the consumer of the feed works on every message once, in order, whenever it is killed, and begins anew after a restore", async () => {
  start()
  const ids: Array<string> = []
  for (let round = 0; round < 2; round++) {
    const registering = twoMore()
    await consumer.untilDone(consumer.done().length + 2)
    await consumer.kill()
    start()
    ids.push(...(await registering))
  }
  const items = await untilTold(reader, ids)
  await consumer.untilDone(items.length)
  expect(consumer.done()).toEqual(idsOf(items))
  for (const item of items) readMessage(JSON.stringify(item))
  expect(consumer.registrations()).toEqual(keptOf(items))

  // The log is put back to before the last two registrations, whose messages it has worked on.
  await service.kill("SIGTERM")
  const backup = join(service.tempDir, "backup")
  backUp(dataDir, backup)
  await service.start()
  await consumer.kill()
  start()
  const lost = await twoMore()
  const before = await untilTold(reader, [...ids, ...lost])
  await consumer.untilDone(before.length)
  await consumer.kill()
  await service.kill("SIGTERM")
  putBack(backup, dataDir, "log.db")
  await service.start({}, ["--after-restore"])
  const [{ cursor } = {}] = consumer.places()
  await eventually("the end of its cursor", async () => {
    const { status } = await reader.send("GET", `/v1/feed?after=${cursor}`)
    return status === 410
  })

  start()
  const further = await twoMore()
  const after = await untilTold(reader, [...ids, ...further])
  const known = new Set(before.map(({ id }) => id))
  const all = [...before, ...after.filter(({ id }) => !known.has(id))]
  await consumer.untilDone(all.length)
  expect(consumer.done()).toEqual(idsOf(all))
  expect(consumer.registrations()).toEqual(keptOf(all))
})
