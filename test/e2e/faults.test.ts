import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

const service = await startService({ simulator: { slowMs: 200 } })
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("faults")

/** Whatever happened on the way: issued, confirmed once, under one session id, with a whole history. */
const endsIssued = async (user: string, id: string) => {
  await api.until(id, "issued")
  await wholeHistories(service, user, id)
  const { submissions } = await service.platform(user)
  expect(submissions.filter(({ confirmedAt }) => confirmedAt !== undefined)).toHaveLength(1)
  return submissions
}

const faults = ["401-x2", "429", "503-x2", "slow"]

describe.concurrent("a platform call that fails for a while", () => {
  it.for(["urls", "confirm", "poll"].flatMap((call) => faults.map((fault) => `${call}-${fault}`)))(
    "%s: issued all the same",
    async (fault) => {
      const user = userWith(fault)
      const { id } = await api.start(user)
      await api.uploadBoth(id)
      expect(await endsIssued(user, id)).toHaveLength(1)
      const struck = (await service.platform(user)).calls.filter((call) => call.fault !== undefined)
      expect(struck.length).toBeGreaterThan(0)
    }
  )

  it("goes on with the URLs of the last answer when a repeated session id opens another submission", async () => {
    const user = userWith("urls-drop-after new-urls")
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    expect(await endsIssued(user, id)).toHaveLength(2)
  })

  it.for([
    ["a refusal of something in between, which is not the platform's", { status: 403, text: "<html>Forbidden</html>" }],
    ["a 404 of something in between", { status: 404, text: "no such host" }],
    ["a Retry-After", { status: 503, retryAfter: 1 }]
  ] as const)("urls and confirm: %s", async ([, fault]) => {
    const user = userWith()
    await simulator.script({ user, faults: { urls: [fault], confirm: [fault] } })
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await endsIssued(user, id)
  })
})

describe.concurrent("an upload that the storage does not take", () => {
  it.for([
    ["ktp-503", [503, 200, 200], 1],
    ["ktp-503-early", [503, 200, 200], 1],
    ["ktp-500", [503, 200, 200], 1],
    ["ktp-500-after", [503, 200, 200], 1],
    ["ktp-429", [503, 200, 200], 1],
    ["ktp-slow-down", [503, 200, 200], 1],
    ["ktp-request-timeout", [503, 200, 200], 1],
    ["ktp-drop", [503, 200, 200], 1],
    ["ktp-drop-early", [503, 200, 200], 1],
    ["ktp-drop-after", [503, 200, 200], 1],
    ["ktp-slow", [200, 200], 1],
    ["ktp-cut", [200, 200], 1],
    ["ktp-400", [502, 200, 200], 1],
    ["ktp-404", [502, 200, 200], 1],
    ["ktp-redirect", [502, 200, 200], 1],
    ["ktp-expired", [503, 200, 200], 2],
    ["ktp-expired-early", [503, 200, 200], 2],
    ["ktp-signature", [503, 200, 200], 2],
    ["ktp-expired-token", [503, 200, 200], 2],
    ["ktp-expired-x2", [503, 200, 503, 200, 200], 3],
    ["selfie-expired", [200, 503, 200, 200], 2],
    ["gone-urls", [503, 200, 200], 2],
    ["gone-tokens", [503, 200, 200], 2]
  ] as const)("%s: answered %j, then issued", async ([fault, statuses, submissions]) => {
    const user = userWith(fault)
    const { id } = await api.start(user)
    expect(await api.uploadBoth(id, { ktp: jpeg({ size: 1_500_000 }), selfie: jpeg() })).toEqual(statuses)
    expect(await endsIssued(user, id)).toHaveLength(submissions)
  })

  it("goes on by itself when the URLs have run out before its first byte", async () => {
    const user = userWith("short-urls")
    const { id } = await api.start(user)
    const first = await api.until(id, "awaiting_images")
    await simulator.script({ user, values: [] })
    await eventually("the end of the URLs", () => Date.now() > Date.parse(String(Object(first).uploadBefore)))
    expect(await api.uploadBoth(id)).toEqual([200, 200])
    expect(await endsIssued(user, id)).toHaveLength(2)
  })

  it("opens six submissions at most for a storage that always says that they ran out", async () => {
    const user = userWith("put-expired-always")
    const { id } = await api.start(user)
    const last = await eventually("502", async () => {
      const answer = await api.put(id, "ktp", jpeg())
      return answer.status === 503 ? undefined : answer
    })
    expect(last).toMatchObject({ status: 502, body: { code: "storage_refused" } })
    expect((await service.platform(user)).submissions).toHaveLength(6)
    expect(await service.callsOf(user, "put")).toHaveLength(6)
  })
})

describe.concurrent("a refusal for good", () => {
  it.for([
    ["urls", 403, "110", "ONBOARDING_PARTNER_DOES_NOT_BELONG_TO_CLIENT"],
    ["urls", 400, "1539", "PARTNER_USER_ID_CAN_NOT_BE_EMPTY"],
    ["confirm", 400, "1653", "SUBMISSION_ID_DOES_NOT_BELONG_TO_CURRENT_USER"],
    ["confirm", 403, "110", "ONBOARDING_PARTNER_DOES_NOT_BELONG_TO_CLIENT"],
    ["confirm", 404, "1518", "USER_NOT_FOUND"],
    ["confirm", 400, "7777", "A_CAUSE_OF_TOMORROW"],
    ["confirm", 400, "1650", "the name Siti does not look right", "platform_refused"]
  ] as const)("%s %i %s %s", async ([call, status, code, cause, reasonCode = cause]) => {
    const user = userWith()
    await simulator.script({ user, faults: { [call]: [{ status, code, cause }] } })
    const { id } = await api.start(user)
    if (call === "confirm") await api.uploadBoth(id)
    const failed = await api.until(id, "failed")
    expect(failed.failure).toEqual({ reasonCode, platformCode: code })
    expect(failed.verdictPending).toBeUndefined()
    const history = await api.history(id)
    checkHistory(history)
    expect(await service.callsOf(user, call)).toHaveLength(1)
    expect(await api.start(user)).toMatchObject({ attempt: 2, state: "requested" })
  })
})

it("URLs of a storage that is not allowed are never called", async () => {
  const user = userWith()
  await simulator.script({ settings: { storageBase: "http://127.0.0.2:9" } })
  const { id } = await api.start(user)
  const failed = await api.until(id, "failed")
  await simulator.script({ settings: { storageBase: "" } })
  expect(failed.failure).toEqual({ reasonCode: "storage_host_refused" })
  const history = await api.history(id)
  checkHistory(history)
  expect(JSON.stringify(history)).not.toContain("127.0.0.2")
  expect(await api.put(id, "ktp", jpeg())).toMatchObject({ status: 409, body: { state: "failed" } })
})

it("none of it broke the platform's contract", () => checkLedger(service))
