import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { readEvents } from "../support/event-stream.ts"
import { eventually } from "../support/eventually.ts"
import { backUp, putBack } from "../support/put-back.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api, dataDir } = service
const userWith = usersOf("put-back")
type Page = {
  readonly items: ReadonlyArray<{ readonly id: string; readonly subject: string; readonly type: string }>
  readonly next: string
}

const read = async (after?: string) => {
  const { status, body } = await api.send<Page>("GET", `/v1/feed?limit=1000${after ? `&after=${after}` : ""}`)
  return { status, body }
}
/** The page that ends with this registration's withdrawal. */
const pageWith = (id: string, after?: string) =>
  eventually(`the withdrawal of ${id}`, async () => {
    const { body } = await read(after)
    const last = body.items.at(-1)
    return last?.subject === id && last.type.includes("withdrawn") && body
  })
const withdrawn = async () => {
  const { id } = await api.start(userWith())
  await api.withdraw(id)
  return id
}

it("a cursor holds after a restore up to its point, and is refused beyond it", async () => {
  const kept = await pageWith(await withdrawn())
  await service.kill("SIGTERM")
  const backup = join(service.tempDir, "backup")
  backUp(dataDir, backup)
  await service.start()
  const forgotten = await pageWith(await withdrawn(), kept.next)
  await service.kill("SIGTERM")

  putBack(backup, dataDir, "log.db")
  await service.start({}, ["--after-restore"])
  const fresh = await pageWith(await withdrawn(), kept.next)
  const forgottenIds = new Set(forgotten.items.map(({ id }) => id))
  expect(fresh.items.filter(({ id }) => forgottenIds.has(id))).toEqual([])
  expect((await read()).body).toEqual({ items: [...kept.items, ...fresh.items], next: fresh.next })

  const headers = { authorization: `Bearer ${api.key}` }
  expect(await read(forgotten.next)).toMatchObject({ status: 410, body: { code: "cursor_expired" } })
  const refused = await readEvents(`${service.url()}/v1/feed`, { ...headers, "last-event-id": forgotten.next })
  expect(refused.response.statusCode).toBe(410)
  const stream = await readEvents(`${service.url()}/v1/feed`, { ...headers, "last-event-id": kept.next })
  const events = await stream.until(fresh.items.length)
  expect(events.map(({ data }) => JSON.parse(data))).toEqual(fresh.items)
  expect(events.at(-1)?.id).toBe(fresh.next)
})
