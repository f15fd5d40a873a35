import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger } from "../support/platform-view.ts"
import { readinessOf } from "../support/readiness.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

const service = await startService({ env: { RETRY_MAX_DELAY: "100 millis", ESIGN_TIMEOUT: "10 seconds" } })
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("outages")
const ready = () => readinessOf(service)
const problemOf = async (operation: string) =>
  (await ready()).problems.find((problem) => problem.operation === operation)
const said = (event: string, operation: string) =>
  service.lines().filter((line) => line.event === event && line["operation"] === operation)
const allWell = () => eventually("that all is well", async () => (await ready()).problems.length === 0)
const issued = async (id: string) => {
  await api.until(id, "issued")
  checkHistory(await api.history(id))
}
/** From now on a call fails for everybody, until it is told otherwise. */
const failing = (call: string, always: unknown) => simulator.script({ faults: { [call]: { always } } })
const working = (...calls: ReadonlyArray<string>) =>
  simulator.script({ faults: Object.fromEntries(calls.map((call) => [call, null])) })

const whole = (subject: string, code: string) =>
  new RegExp(
    `^${subject} since \\S+Z: \\d+ in a row, the last one at \\S+Z with ${code}\\. One at a time is tried, the next one (at \\S+Z|as soon as one is due)\\.$`
  )

describe("a kind of call that keeps failing", () => {
  it("is told by ready and the log in words, since when, although other calls get through", async () => {
    await failing("confirm", "503")
    const user = userWith()
    const id = await api.register(user)
    const problem = await eventually("five failures in a row", async () => {
      const found = await problemOf("confirm")
      return found?.detail.includes("One at a time") ? found : undefined
    })
    const detail = whole("Confirmations have failed", "http_503")
    expect(problem).toMatchObject({
      dependency: "platform",
      operation: "confirm",
      detail: expect.stringMatching(detail)
    })
    // It is asked what became of the confirmation, and answers: that changes nothing.
    await eventually("an answered poll", async () =>
      (await service.callsOf(user, "poll")).some(({ status }) => status === 200)
    )
    expect(await ready()).toMatchObject({
      http: 200,
      status: "ready",
      dependencies: { platform: "down", storage: "up" }
    })
    const moved = Date.parse((await problemOf("confirm"))?.since ?? "") - Date.parse(problem.since ?? "")
    expect(Math.abs(moved)).toBeLessThan(1000)
    expect(said("dependency_down", "confirm")).toMatchObject([
      { level: "warn", code: "http_503", count: 5, detail: expect.stringMatching(detail) }
    ])
    expect(said("dependency_up", "confirm")).toEqual([])
    await working("confirm")
    await issued(id)
    await allWell()
    expect((await ready()).dependencies).toMatchObject({ platform: "up" })
    expect(said("dependency_up", "confirm")).toMatchObject([
      { level: "info", detail: expect.stringMatching(/^Confirmations get through again, after [^.]+\.$/) }
    ])
    expect(said("dependency_down", "confirm")).toHaveLength(1)
  })

  it("no token is given: ready names the token alone", async () => {
    await failing("token", "401")
    await simulator.expireTokens()
    const { id } = await api.start(userWith())
    const problem = await eventually("no token", async () => {
      const found = await problemOf("token")
      return found?.detail.includes("One at a time") ? found : undefined
    })
    expect(problem.detail).toMatch(whole("Calls for a token have failed", "http_401"))
    expect((await ready()).problems).toHaveLength(1)
    await working("token")
    await api.until(id, "awaiting_images")
    await allWell()
  })

  it("the storage takes no image: ready names the upload, and the platform stays up", async () => {
    const { id } = await api.start(userWith())
    await api.until(id, "awaiting_images")
    await failing("put", "503")
    for (let n = 0; n < 5; n++) expect((await api.put(id, "ktp", jpeg())).status).toBe(503)
    expect(await ready()).toMatchObject({ http: 200, dependencies: { platform: "up", storage: "down" } })
    expect((await problemOf("upload"))?.detail).toMatch(
      /^Uploads to the storage have failed since \S+Z: 5 in a row, the last one at \S+Z with http_503\.$/
    )
    expect(said("dependency_down", "upload")).toHaveLength(1)
    await working("put")
    await api.uploadBoth(id)
    await issued(id)
    await allWell()
    expect(said("dependency_up", "upload")).toHaveLength(1)
  })
})

describe("while the platform does not answer at all", () => {
  it("commands are accepted as far as they can be, and all of it goes on when it does", async () => {
    const user = userWith("silent stuck")
    const confirmed = await api.register(user)
    const { submissionId } = await api.until(confirmed, "awaiting_verdict")
    const open = await api.start(userWith())
    await api.until(open.id, "awaiting_images")
    const platform = ["token", "urls", "confirm", "poll"]
    for (const call of platform) await failing(call, "drop")

    const posted = await api.post(registrationRequest({ partnerUserId: userWith() }))
    expect(posted).toMatchObject({ status: 201, body: { state: "requested" } })
    const { id: toWithdraw } = await api.start(userWith())
    expect(await api.withdraw(toWithdraw)).toMatchObject({ status: 200, body: { state: "withdrawn" } })
    // The storage is somebody else.
    expect(await api.uploadBoth(open.id)).toEqual([200, 200])
    expect(await service.callback({ submissionId, status: "COMPLETED", result: "VALID" })).toBe(200)
    await eventually("each kind of call to fail", async () => {
      const { problems } = await ready()
      return ["urls", "confirm", "poll"].every((call) => problems.some(({ operation }) => operation === call))
    })
    expect((await ready()).http).toBe(200)
    for (const { id, state } of [posted.body, { id: open.id, state: "ready_to_confirm" }])
      expect(await api.get(id)).toMatchObject({ state })

    await working(...platform)
    await simulator.change(submissionId ?? "", { status: "COMPLETED", result: "VALID" })
    await Promise.all([issued(open.id), issued(confirmed), api.until(posted.body.id, "awaiting_images")])
    await allWell()
  })
})

describe("what the platform asks for", () => {
  it("a token that ended is replaced at every step, after one 401", async () => {
    const user = userWith("silent")
    await simulator.expireTokens()
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    await simulator.expireTokens()
    await api.uploadBoth(id)
    const { submissionId } = await api.until(id, "awaiting_verdict")
    await simulator.expireTokens()
    await service.callback({ submissionId, status: "COMPLETED", result: "VALID" })
    await issued(id)
    for (const call of ["urls", "confirm", "poll"] as const)
      expect((await service.callsOf(user, call)).map(({ status }) => status).slice(0, 2), call).toEqual([401, 200])
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
