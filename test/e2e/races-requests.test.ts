import { afterAll, describe, expect, it } from "vitest"
import { type Answer, type Resource, usersOf } from "../support/api.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

const service = await startService()
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("at-once")

type Posted = Answer<Resource>
const times = <A>(count: number, make: (n: number) => A) => Array.from({ length: count }, (_, n) => make(n))
const post = (body: object, key?: string): Promise<Posted> => api.post(body, key ? { "idempotency-key": key } : {})
const replayed = ({ headers }: Posted) => headers.get("idempotent-replayed") === "true"
const codeOf = ({ body }: Posted) => (body as { readonly code?: string }).code
const isRefused = (answer: Posted, id: string | undefined) =>
  expect(answer).toMatchObject({ status: 409, body: { code: "registration_open", registrationId: id } })

/** It is the user's first, asked for once, and the only one. */
const isTheOnly = async (user: string, id: string) => {
  const { events } = await api.history(id)
  expect(events.filter(({ type }) => type === "Requested")).toHaveLength(1)
  await api.uploadBoth(id)
  await api.until(id, "issued")
  const [history] = await wholeHistories(service, user, id)
  expect((await service.platform(user)).submissions).toHaveLength(1)
  expect(history.registration.attempt).toBe(1)
}

describe("fifty requests at once", () => {
  it("with one Idempotency-Key are one registration and one answer", async () => {
    const user = userWith()
    const body = registrationRequest({ partnerUserId: user })
    const all = await Promise.all(times(50, () => post(body, "key")))
    expect(all.map(({ status }) => status)).toEqual(Array(50).fill(201))
    const [id = "", ...others] = new Set(all.map((one) => one.body.id))
    expect(others).toEqual([])
    expect(new Set(all.map(({ headers }) => headers.get("location")))).toEqual(new Set([`/v1/registrations/${id}`]))
    expect(all.filter(replayed)).toHaveLength(49)
    await isTheOnly(user, id)
    const later = await post(body, "key")
    expect(later).toMatchObject({ status: 201, body: { id, state: "issued" } })
    expect(replayed(later)).toBe(true)
  })

  it("without a key are one registration, and 49 times a 409 that names it", async () => {
    const user = userWith()
    const all = await Promise.all(times(50, () => post(registrationRequest({ partnerUserId: user }))))
    const [created, ...others] = all.filter(({ status }) => status === 201)
    expect(others).toEqual([])
    for (const one of all) if (one !== created) isRefused(one, created?.body.id)
    await isTheOnly(user, created?.body.id ?? "")
  })

  it("with five keys are one registration for who has its key, and 409 for the others", async () => {
    const user = userWith()
    const body = registrationRequest({ partnerUserId: user })
    const all = await Promise.all(times(50, (n) => post(body, `key-${n % 5}`)))
    const keys = new Set(all.flatMap(({ status }, n) => (status === 201 ? [n % 5] : [])))
    expect(keys.size).toBe(1)
    const created = all.filter((_, n) => keys.has(n % 5))
    expect(new Set(created.map((one) => one.body.id)).size).toBe(1)
    expect(created.filter((one) => !replayed(one))).toHaveLength(1)
    const id = created[0]?.body.id ?? ""
    for (const [n, one] of all.entries()) if (!keys.has(n % 5)) isRefused(one, id)
    await isTheOnly(user, id)
  })

  it("with one key and two bodies are one registration, and 422 for the other body", async () => {
    const user = userWith()
    const bodies = times(2, (n) => registrationRequest({ partnerUserId: user, labels: { body: `${n}` } }))
    const all = await Promise.all(times(50, (n) => post(bodies[n % 2] ?? {}, "key")))
    const taken = all.findIndex((one) => one.status === 201 && !replayed(one))
    for (const [n, one] of all.entries()) {
      const isSame = n % 2 === taken % 2
      expect([one.status, codeOf(one)]).toEqual(isSame ? [201, undefined] : [422, "idempotency_key_reused"])
    }
    await isTheOnly(user, all[taken]?.body.id ?? "")
  })

  it("of fifty users with the same key are fifty registrations", async () => {
    const users = times(50, () => userWith())
    const all = await Promise.all(users.map((partnerUserId) => post(registrationRequest({ partnerUserId }), "key")))
    expect(all.map((one) => [one.status, replayed(one)])).toEqual(Array(50).fill([201, false]))
    expect(new Set(all.map((one) => one.body.id)).size).toBe(50)
  })

  it("for the next attempt are one registration", async () => {
    const user = userWith()
    const first = await api.start(user)
    expect((await api.withdraw(first.id)).status).toBe(200)
    const all = await Promise.all(times(50, () => post(registrationRequest({ partnerUserId: user }))))
    const [created, ...others] = all.filter(({ status }) => status === 201)
    expect([created?.body.attempt, others]).toEqual([2, []])
    for (const one of all) if (one !== created) isRefused(one, created?.body.id)
  })
})

it("requests that a crash cuts off are repeated by their callers, and each user has one registration", async () => {
  const asked = times(10, () => ({ partnerUserId: userWith() })).map((who) => ({ ...who, ...registrationRequest(who) }))
  const seen = new Map<string, Set<string>>(asked.map(({ partnerUserId }) => [partnerUserId, new Set<string>()]))
  const noted = async (body: (typeof asked)[number]) => {
    const answer = await post(body, "key")
    expect(answer.status).toBe(201)
    seen.get(body.partnerUserId)?.add(answer.body.id)
    return answer
  }
  for (const _ of [1, 2, 3]) {
    const all = asked.flatMap((body) => times(5, () => noted(body)))
    const settled = Promise.allSettled(all)
    // Of the others nobody knows whether they were carried out.
    await Promise.race(all)
    await service.kill()
    await settled
    await service.start()
  }
  const repeated = await Promise.all(asked.map(noted))
  for (const [user, ids] of seen) expect([user, ids.size]).toEqual([user, 1])
  expect(new Set(repeated.map((one) => one.body.id)).size).toBe(10)
  await Promise.all(repeated.map(({ body: { id } }, n) => isTheOnly(asked[n]?.partnerUserId ?? "", id)))
})

it("none of it broke the platform's contract", () => checkLedger(service))
