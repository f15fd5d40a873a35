import { afterAll, expect, it } from "vitest"
import { type Api, isEnd, usersOf } from "../support/api.ts"
import { consent, person, personalSecrets } from "../support/canary.ts"
import { deleteViews } from "../support/delete-views.ts"
import { readEvents, type ServerEvent } from "../support/event-stream.ts"
import { eventually } from "../support/eventually.ts"
import { startService } from "../support/service.ts"
import { tracesOf } from "../support/traces.ts"

const service = await startService()
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("feed")
const feeder = await service.client("feeder", { scopes: "events:read", tenant: "north" })
const beta = await service.client("beta", { scopes: "registrations:write,events:read", tenant: "beta" })

type Message = { readonly subject: string; readonly type: string; readonly sequence: string; readonly tenant: string }
type Page = { readonly items: ReadonlyArray<Message>; readonly next: string }

/** What of a person, or sealed, is in a message or in a header beside one. */
const tracesIn = (text: string) =>
  tracesOf({ ...personalSecrets, nonce: '"nonce"', "id of a key": '"keyId"' }, { it: Buffer.from(text) })

/** All that a client may read, as it is sent: pages of a few messages. */
const readPages = async (client: Api, after?: string) => {
  const texts: Array<string> = []
  let next = after
  while (true) {
    const query = `?limit=4${next === undefined ? "" : `&after=${next}`}`
    const { status, text, body, headers } = await client.send<Page>("GET", `/v1/feed${query}`)
    expect(status).toBe(200)
    expect(tracesIn([...headers].join())).toEqual([])
    if (body.items.length === 0) return { texts, next: body.next }
    texts.push(text.slice('{"items":['.length, text.lastIndexOf('],"next":')))
    next = body.next
  }
}
const follow = (client: Api, lastEventId = "") =>
  readEvents(`${service.url()}/v1/feed`, { authorization: `Bearer ${client.key}`, "last-event-id": lastEventId })
const datasOf = (events: ReadonlyArray<ServerEvent>) => events.map(({ data }) => data)
const typesOf = (events: ReadonlyArray<ServerEvent>, id: string) =>
  events
    .map(({ data }) => JSON.parse(data) as Message)
    .filter(({ subject }) => subject === id)
    .map(({ type }) => /^certreg\.registration\.(\w+)\.v1$/.exec(type)?.[1])
    // Who asks late sees the end alone.
    .filter((type) => type !== "identity_verified")

it("tells every public change once, in order, to its tenant, the same in pages, in streams and after its rows are made anew", async () => {
  const stream = await follow(feeder)
  const canary = { applicant: person, consents: [consent] }
  const whole = (values = "") => api.register(userWith(values), canary)
  const [issued, rejected] = await Promise.all([whole(), whole("rejected")])
  const { id: withdrawn } = await api.start(userWith(), canary)
  await api.until(withdrawn, "awaiting_images")
  await api.withdraw(withdrawn)
  const { id: foreign } = await beta.start(userWith())
  await beta.until(foreign, "awaiting_images")
  for (const id of [issued, rejected]) await api.until(id, isEnd)
  await eventually("the last of each", () => {
    const last = [issued, rejected, withdrawn].map((id) => typesOf(stream.events, id).at(-1))
    return last.join() === "issued,rejected,withdrawn"
  })

  const { events } = stream
  const images = ["image_uploaded", "image_uploaded", "images_uploaded", "confirmed"]
  expect(typesOf(events, issued)).toEqual(["requested", "urls_issued", ...images, "issued"])
  expect(typesOf(events, rejected)).toEqual(["requested", "urls_issued", ...images, "rejected"])
  expect(typesOf(events, withdrawn)).toEqual(["requested", "urls_issued", "withdrawn"])
  expect(typesOf(events, foreign)).toEqual([])
  for (const { event, data } of events) expect(event).toBe((JSON.parse(data) as Message).type)
  expect(tracesIn(datasOf(events).join())).toEqual([])

  const own = await readPages(feeder)
  expect(own.texts.join()).toBe(datasOf(events).join())
  expect(own.next).toBe(stream.lastId())
  const [ofBeta, ofAll] = [await readPages(beta), await readPages(api)]
  const isOf = (tenant: string) => (text: string) => (JSON.parse(text) as Message).tenant === tenant
  const all = (JSON.parse(`[${ofAll.texts}]`) as ReadonlyArray<Message>).map((message) => JSON.stringify(message))
  expect(all.filter(isOf("north")).join()).toBe(own.texts.join())
  expect(all.filter(isOf("beta")).join()).toBe(ofBeta.texts.join())

  const middle = events[7]?.id ?? ""
  await service.kill("SIGTERM")
  await eventually("the end of the stream", () => stream.ended() !== undefined)
  expect(stream.ended()).toBe("whole")
  deleteViews(service.dataDir)
  await service.start()
  const again = await follow(feeder, middle)
  await again.until(events.length - 8)
  expect(again.events).toEqual(events.slice(8))
  expect((await readPages(feeder)).texts.join()).toBe(own.texts.join())
  await api.withdraw((await api.start(userWith())).id)
  await eventually("what is new", async () => {
    const told = datasOf(again.events.slice(events.length - 8))
    return told.length > 1 && (await readPages(feeder, stream.lastId())).texts.join() === told.join()
  })
})
