import { isDeepStrictEqual } from "node:util"
import { afterAll, expect, it } from "vitest"
import { type Api, type Json, type Resource, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { startService } from "../support/service.ts"

const service = await startService({ env: { VERDICT_POLL_AFTER: "300 millis", VERDICT_POLL_MAX: "500 millis" } })
afterAll(() => service.close())
const { simulator } = service
const auditor = service.api
const [acme, south, west] = await Promise.all([
  service.client("onboarding", { tenant: "east" }),
  service.client("south"),
  service.client("west", { scopes: "registrations:read" })
])
const userWith = usersOf("list")

interface Page {
  readonly items: ReadonlyArray<Resource>
  readonly nextCursor?: string
}
const list = async (api: Api, query = ""): Promise<Page> => {
  const { status, text, body } = await api.send<Page>("GET", `/v1/registrations?${query}`)
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return body
}
const idsOf = ({ items }: Page) => items.map(({ id }) => id)
const stats = async (api: Api) => (await api.send("GET", "/v1/stats")).body
const none = {
  ...{ requested: 0, awaiting_images: 0, ready_to_confirm: 0, awaiting_verdict: 0, identity_verified: 0 },
  ...{ issued: 0, rejected: 0, failed: 0, withdrawn: 0, expired: 0 }
}

/** Its rows are a moment behind. */
const become = async (what: string, ask: () => Promise<unknown>, expected: unknown) => {
  let last: unknown
  await eventually(what, async () => {
    last = await ask()
    return isDeepStrictEqual(last, expected)
  }).catch(() => expect(last, what).toEqual(expected))
}

const verdicts = ["CertificateIssued", "Rejected", "Failed"]
/** From the confirmation on, as far as it is known when the verdict comes. */
const secondsToVerdict = async (id: string) => {
  const { events } = await auditor.history(id)
  const end = events.findIndex(({ type }) => verdicts.includes(type))
  const before = events.slice(0, Math.max(end, 0))
  const confirmed =
    before.find(({ type }) => type === "Confirmed") ?? before.find(({ data }) => data["call"] === "confirm")
  const at = (event: { readonly recordedAt: string } | undefined) => Date.parse(event?.recordedAt ?? "")
  return end < 0 ? [] : [(at(events[end]) - at(confirmed)) / 1000]
}

it("what came of registrations is counted by state and by outcome, also what came after an end", async () => {
  const ended = async (values: string, state: Resource["state"], api: Api = acme) => {
    const id = await api.register(userWith(values))
    await api.until(id, state)
    return id
  }
  const withdrawn = async (said: Json, member: keyof Resource) => {
    const id = await ended("stuck", "awaiting_verdict")
    const { submissionId } = await acme.get(id)
    await acme.withdraw(id)
    await simulator.change(String(submissionId), said as never)
    await acme.until(id, (now) => now[member] !== undefined)
    return id
  }
  const ids = await Promise.all([
    ended("no-partial", "issued"),
    ended("", "issued"),
    ended("rejected-NOT_EKTP", "rejected"),
    ended("failed-SYSTEM_ERROR", "failed"),
    ended("stuck", "awaiting_verdict"),
    ended("partial-only", "identity_verified"),
    withdrawn({ status: "COMPLETED", result: "VALID" }, "certificate"),
    withdrawn({ status: "COMPLETED", result: "INVALID", reasonCode: "NOT_EKTP" }, "rejection"),
    acme.start(userWith()).then(async ({ id }) => (await acme.withdraw(id)).body.id),
    ended("no-partial", "issued", south)
  ])

  const ofEast = { ...none, awaiting_verdict: 1, identity_verified: 1, issued: 2, rejected: 1, failed: 1, withdrawn: 3 }
  const lastDay = { requested: 9, issued: 3, rejected: 2, failed: 1 }
  const counted = async (api: Api) => {
    const { byState, last24h } = await stats(api)
    return { byState, last24h }
  }
  await become("the numbers of the tenant", () => counted(acme), { byState: ofEast, last24h: lastDay })
  await become("the numbers of all", () => counted(auditor), {
    byState: { ...ofEast, issued: 3 },
    last24h: { ...lastDay, requested: 10, issued: 4 }
  })
  const seconds = (await Promise.all(ids.slice(0, 9).map(secondsToVerdict))).flat().sort((a, b) => a - b)
  expect(seconds).toHaveLength(6)
  expect((await stats(acme))["timeToVerdictSeconds"]).toEqual({ p50: seconds[2], p95: seconds[5] })
  // Where there is nothing, there is nothing to divide by.
  expect(await stats(west)).toEqual({
    byState: none,
    last24h: { requested: 0, issued: 0, rejected: 0, failed: 0 },
    timeToVerdictSeconds: {}
  })

  // The list shows each as it is shown alone.
  for (const [api, own] of [
    [acme, ids.slice(0, 9)],
    [south, ids.slice(9)],
    [auditor, ids],
    [west, []]
  ] as const) {
    const alone = await Promise.all(own.map((id) => api.get(id)))
    const { items } = await list(api, "limit=200")
    expect(Map.groupBy(items, ({ id }) => id)).toEqual(Map.groupBy(alone, ({ id }) => id))
  }
  expect(idsOf(await list(acme, "state=rejected"))).toEqual([ids[2]])
})

it("a walk over all pages comes by each registration that was there before once, while others are requested", async () => {
  const begin = async (count: number) => {
    const started = Array.from({ length: count }, () => south.start(userWith()))
    return (await Promise.all(started)).map(({ id }) => id)
  }
  const before = await begin(30)
  const isListed = async () => {
    const listed = new Set(idsOf(await list(south, "limit=200")))
    return before.every((id) => listed.has(id))
  }
  await eventually("all of them to be listed", isListed)
  const seen: Array<Resource> = []
  const more = begin(30)
  let next = ""
  for (const limit of [1, 3, 2, 7, 1, 4, 5, 1, 200]) {
    const page = await list(south, `limit=${limit}${next}`)
    seen.push(...page.items)
    next = `&cursor=${page.nextCursor}`
  }
  await more
  const ids = seen.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(expect.arrayContaining(before))
  const places = seen.map(({ id, ...resource }) => `${(resource as unknown as Json)["requestedAt"]} ${id}`)
  expect(places).toEqual([...places].sort().reverse())
})
