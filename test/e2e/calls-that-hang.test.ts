import { afterAll, describe, expect, it, vi } from "vitest"
import { usersOf } from "../support/api.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger, checkPlatformView } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

// Little time for each call: on a slow machine others than those that hang run out of it too, and nothing here may care.
const service = await startService({ env: { ESIGN_TIMEOUT: "2 seconds" }, simulator: { hangMs: 600_000 } })
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("hang")

/** Whatever happened on the way: issued, confirmed once, under one session id, with a whole history. */
const endsIssued = async (user: string, id: string) => {
  await api.until(id, "issued")
  const history = await api.history(id)
  checkHistory(history)
  await checkPlatformView(service, user, [history])
  const { submissions } = await service.platform(user)
  expect(submissions.filter(({ confirmedAt }) => confirmedAt !== undefined)).toHaveLength(1)
  expect(submissions).toHaveLength(1)
}
const struckOf = async (user: string) => (await service.platform(user)).calls.filter(({ fault }) => fault !== undefined)

describe.concurrent("a platform call that hangs", () => {
  it.for(["urls", "confirm", "poll"].flatMap((call) => [`${call}-hang`, `${call}-hang-after`]))("%s", async (fault) => {
    const user = userWith(fault)
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    await endsIssued(user, id)
    expect(await struckOf(user)).toHaveLength(1)
  })
})

describe.concurrent("an upload of which the storage says nothing", () => {
  it.for(["ktp-hang", "ktp-hang-after"])("%s is unavailable, and can be repeated", async (fault) => {
    const user = userWith(fault)
    const { id } = await api.start(user)
    const statuses = await api.uploadBoth(id, { ktp: jpeg({ size: 1_500_000 }), selfie: jpeg() })
    expect(statuses[0]).toBe(503)
    expect(new Set(statuses)).toEqual(new Set([503, 200]))
    await endsIssued(user, id)
    expect(await struckOf(user)).toHaveLength(1)
  })
})

it("a token call that hangs is made again", async () => {
  const user = userWith()
  const tokens = async () => (await simulator.ledger()).calls.token
  const before = await tokens()
  await simulator.script({ faults: { token: ["hang"] } })
  await simulator.expireTokens()
  const { id } = await api.start(user)
  await api.uploadBoth(id)
  await endsIssued(user, id)
  expect(await tokens()).toBeGreaterThanOrEqual(before + 2)
})

it("none of it broke the platform's contract", () => checkLedger(service))
