import { afterAll, describe, expect, it, vi } from "vitest"
import { type Json, type Resource, type State, usersOf } from "../support/api.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

const service = await startService({
  env: {
    MAX_ATTEMPTS: "2",
    VERDICT_POLL_AFTER: "300 millis",
    VERDICT_POLL_MAX: "500 millis"
  },
  simulator: { hangMs: 600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("end")
const change = async (id: string, status: string, result?: string, reasonCode?: string) => {
  const { submissionId } = await api.get(id)
  const said = { status, ...(result ? { result } : {}), ...(reasonCode ? { reasonCode } : {}) }
  await simulator.change(String(submissionId), said)
}
const requestAgain = (user: string, fields: Json = {}) =>
  api.post(registrationRequest({ partnerUserId: user, ...fields }))
const refusal = async (user: string, fields?: Json) => {
  const { status, body } = await requestAgain(user, fields)
  return { status, ...body }
}
describe.concurrent("a withdrawal of what was not confirmed", () => {
  it("while images are awaited: uploads are refused, and do not reach the storage", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    const { body } = await api.withdraw(id)
    expect(body).toMatchObject({ state: "withdrawn" })
    const late = await api.put(id, "ktp", new Uint8Array(2000))
    expect(late).toMatchObject({ status: 409, body: { code: "wrong_state", state: "withdrawn" } })
    expect((await service.platform(user)).calls.map(({ call }) => call)).toEqual(["urls"])
    expect((await api.start(user)).attempt).toBe(2)
  })
})

describe.concurrent("a withdrawal of what was confirmed", () => {
  const late: ReadonlyArray<
    readonly [
      values: string,
      state: State,
      said: readonly [string, (string | undefined)?, string?],
      shown: Json,
      next: Json
    ]
  > = [
    [
      "stuck",
      "awaiting_verdict",
      ["COMPLETED", "VALID"],
      { certificate: expect.anything() },
      { status: 409, code: "already_issued" }
    ],
    [
      "stuck silent",
      "awaiting_verdict",
      ["COMPLETED", "VALID"],
      { certificate: expect.anything() },
      { status: 409, code: "already_issued" }
    ],
    [
      "stuck",
      "awaiting_verdict",
      ["COMPLETED", "INVALID", "NOT_EKTP"],
      { rejection: { reasonCode: "NOT_EKTP" } },
      { status: 201, attempt: 2 }
    ],
    [
      "stuck",
      "awaiting_verdict",
      ["ERROR", undefined, "SYSTEM_ERROR"],
      { failure: { reasonCode: "SYSTEM_ERROR" } },
      { status: 201, attempt: 2 }
    ],
    [
      "partial-only",
      "identity_verified",
      ["COMPLETED", "VALID"],
      { certificate: expect.anything() },
      { status: 409, code: "already_issued" }
    ],
    ["partial-only", "identity_verified", ["COMPLETED", "INVALID"], { rejection: {} }, { status: 201, attempt: 2 }]
  ]
  it.for(late)("%s, %s: the late verdict %s is recorded and shown", async ([values, state, said, shown, next]) => {
    const user = userWith(values)
    const id = await api.register(user)
    await api.until(id, state)
    const { body } = await api.withdraw(id)
    expect(body).toMatchObject({ state: "withdrawn", verdictPending: true })
    expect(await refusal(user)).toMatchObject({
      status: 409,
      code: "registration_open",
      state: "withdrawn",
      registrationId: id
    })
    expect(await refusal(user, { renew: true })).toMatchObject({ status: 409, code: "registration_open" })
    await change(id, ...said)
    const settled = await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    expect(settled).toMatchObject({ state: "withdrawn", ...shown })
    const [history] = await wholeHistories(service, user, id)
    expect(history.events.at(-1)?.type).toBe(
      { certificate: "CertificateIssued", rejection: "Rejected", failure: "Failed" }[Object.keys(shown)[0] ?? ""]
    )
    expect(await refusal(user)).toMatchObject(next)
  })
})

describe.concurrent("a withdrawal of what has ended", () => {
  it.for(["issued", "rejected", "failed"] as const)("is refused: %s", async (end) => {
    const id = await api.register(userWith(end === "issued" ? "" : end))
    const before = await api.until(id, end)
    const { status, body } = await api.withdraw(id)
    expect({ status, ...body }).toMatchObject({ status: 409, code: "wrong_state", state: end })
    expect(await api.get(id)).toEqual(before)
  })

  it("is the same again when it is withdrawn", async () => {
    const user = userWith()
    const { id } = await api.start(user)
    const first = await api.withdraw(id, "consent_withdrawn")
    const second = await api.withdraw(id, "other")
    expect(second).toMatchObject({ status: 200, body: first.body })
    const [history] = await wholeHistories(service, user, id)
    expect(history.events.at(-1)).toMatchObject({ type: "Withdrawn", data: { reason: "consent_withdrawn" } })
  })
})

describe.concurrent("the next attempt", () => {
  const ends: ReadonlyArray<readonly [State, string]> = [
    ["rejected", "rejected-NOT_EKTP"],
    ["failed", "failed-SYSTEM_ERROR"]
  ]
  it.for(ends)("follows after %s, and no third when two are allowed", async ([end, values]) => {
    const user = userWith(values)
    const ids: Array<string> = []
    for (const attempt of [1, 2]) {
      const id = await api.register(user)
      expect(await api.until(id, end)).toMatchObject({ attempt })
      ids.push(id)
    }
    expect(new Set(ids).size).toBe(2)
    expect(await refusal(user)).toMatchObject({ status: 409, code: "attempts_exhausted" })
    await wholeHistories(service, user, ...ids)
  })

  it("waits while one is open, whatever the renewal", async () => {
    const user = userWith("stuck")
    const open: Resource = await api.start(user)
    const named = { registrationId: open.id, registration: `/v1/registrations/${open.id}` }
    for (const renew of [false, true]) {
      const answer = await refusal(user, { renew })
      expect(answer).toMatchObject({ status: 409, code: "registration_open", ...named })
      expect(["requested", "awaiting_images"]).toContain((answer as { state?: unknown }).state)
    }
  })

  it("needs a renewal once a certificate was issued, by whatever attempt, also when all are used up", async () => {
    const user = userWith()
    const first = await api.register(user)
    await api.until(first, "issued")
    expect(await refusal(user)).toMatchObject({ status: 409, code: "already_issued", registrationId: first })
    const second = await api.register(user, { renew: true })
    expect(await api.until(second, "issued")).toMatchObject({ attempt: 2 })
    expect(await refusal(user)).toMatchObject({ status: 409, code: "already_issued" })
    expect(await refusal(user, { renew: true })).toMatchObject({ status: 409, code: "attempts_exhausted" })
    await wholeHistories(service, user, first, second)
  })

  it("is another user's under another type of user id", async () => {
    const user = userWith()
    const [one, other] = await Promise.all([api.start(user), api.start(user, { partnerUserIdType: "OTHER_USER_ID" })])
    expect(one.id).not.toBe(other.id)
    expect([one.attempt, other.attempt]).toEqual([1, 1])
  })
})

describe.concurrent("a confirm that is refused", () => {
  const refused = { status: 400, code: "1653", cause: "SUBMISSION_ID_DOES_NOT_BELONG_TO_CURRENT_USER" }

  it("after the token was turned away: that was no transmission that could have been executed", async () => {
    const user = userWith()
    await simulator.script({ user, faults: { confirm: ["401", refused] } })
    const id = await api.register(user)
    expect(await api.until(id, "failed")).toMatchObject({ failure: { reasonCode: refused.cause } })
    expect(await service.callsOf(user, "poll")).toEqual([])
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
