import { afterAll, describe, expect, it, vi } from "vitest"
import { apiOf, type Json, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory, publicTypes } from "../support/history.ts"
import { checkLedger } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"
import { callbackSecret } from "../support/service-program.ts"

vi.setConfig({ maxConcurrency: 24 })

const password = "pa:ss-wörd"
const service = await startService({
  env: {
    ESIGN_CALLBACK_AUTH: [
      `bearer ${callbackSecret}`,
      `basic platform:${password}`,
      "header X-Callback-Key: key-of-the-platform"
    ].join("\n"),
    VERDICT_POLL_AFTER: "1 hour"
  }
})
afterAll(() => service.close())
const { api, simulator } = service
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString("base64")}`

const userWith = usersOf("told")
const pollsOf = async (user: string) => (await service.callsOf(user, "poll")).length

/** A registration that waits for a verdict which the platform does not give. */
const waiting = async (values = "stuck") => {
  const user = userWith(values)
  const id = await api.register(user)
  const now = await api.until(id, values === "partial-only" ? "identity_verified" : "awaiting_verdict")
  return { user, id, now, submissionId: String(now.submissionId) }
}
const issued = (submissionId: string) => ({
  submissionId,
  status: "COMPLETED",
  result: "VALID",
  submissionDetails: { registrationId: "d2719a2c-7c55-4c1e-9a3e-2d1f0b6c8e47" }
})

describe.concurrent("who may tell", () => {
  it.for([
    ["POST", "a bearer token", { authorization: `Bearer ${callbackSecret}` }],
    ["PUT", "a bearer token in small letters", { authorization: `bearer ${callbackSecret}` }],
    ["PATCH", "user and password", { authorization: basic(`platform:${password}`) }],
    ["POST", "a key in a header", { "x-callback-key": "key-of-the-platform" }]
  ] as const)("%s with %s: 200, and the platform is asked at once", async ([method, , headers]) => {
    const { user, id, submissionId } = await waiting("stuck silent")
    const before = await pollsOf(user)
    expect(await service.callback({ submissionId, status: "IN_PROGRESS" }, headers, method)).toBe(200)
    await eventually("a poll", async () => (await pollsOf(user)) > before)
    const history = await api.history(id)
    checkHistory(history)
    expect(history.events.at(-1)).toMatchObject({
      type: "ResultReported",
      actor: { kind: "platform" },
      data: { submissionId, status: "IN_PROGRESS" }
    })
  })

  it.for<readonly [string, Record<string, string>]>([
    ["nothing", {}],
    ["an empty header", { authorization: "" }],
    ["a scheme alone", { authorization: "Bearer" }],
    ["another token", { authorization: "Bearer wrong" }],
    ["most of the token", { authorization: `Bearer ${callbackSecret.slice(0, -1)}` }],
    ["the token as a password", { authorization: `Basic ${callbackSecret}` }],
    ["another password", { authorization: basic("platform:wrong") }],
    ["another user", { authorization: basic(`other:${password}`) }],
    ["another key in the header", { "x-callback-key": "key-of-another" }],
    ["the key of a client of the API", { authorization: `Bearer ${api.key}` }]
  ])("%s: 401, and nothing is recorded or asked", async ([, headers]) => {
    const { user, id, now, submissionId } = await waiting("stuck silent")
    const before = await pollsOf(user)
    const answer = await apiOf(service.url, "").send("POST", "/v1/esign/callback", {
      body: JSON.stringify(issued(submissionId)),
      headers
    })
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } })
    expect(answer.headers.get("www-authenticate")).toMatch(/Bearer.*Basic.*ApiKey/)
    expect(await api.get(id)).toEqual(now)
    expect(await pollsOf(user)).toBe(before)
  })

  it.for(["GET", "HEAD"])("%s answers 200 to anybody", async (method) => {
    expect((await apiOf(service.url, "").send(method, "/v1/esign/callback")).status).toBe(200)
  })

  it("DELETE is no method of it", async () => {
    const answer = await apiOf(service.url, "").send("DELETE", "/v1/esign/callback")
    expect(answer.status).toBe(405)
    expect(answer.headers.get("allow")).toMatch(/POST/)
  })
})

describe.concurrent("a verdict that the platform does not confirm", () => {
  it.for([
    ["COMPLETED", "VALID"],
    ["COMPLETED", "INVALID"],
    ["PARTIALLY_COMPLETED", "VALID"],
    ["ERROR", undefined]
  ] as const)("%s %s decides nothing", async ([status, result]) => {
    const { user, id, submissionId } = await waiting()
    const before = await pollsOf(user)
    expect(await service.callback({ ...issued(submissionId), status, result })).toBe(200)
    await eventually("a poll", async () => (await pollsOf(user)) > before)
    expect(await api.get(id)).toMatchObject({ state: "awaiting_verdict" })
    const history = await api.history(id)
    checkHistory(history)
    expect(publicTypes(history).at(-1)).toBe("Confirmed")
  })

  it("of an identity that is verified decides nothing more", async () => {
    const { user, id, submissionId } = await waiting("partial-only")
    const before = await pollsOf(user)
    expect(await service.callback(issued(submissionId))).toBe(200)
    await eventually("a poll", async () => (await pollsOf(user)) > before)
    expect((await api.get(id)).state).toBe("identity_verified")
  })

  it.for(["awaiting_images", "issued", "rejected", "withdrawn"] as const)("adds nothing when %s", async (state) => {
    const user = userWith(state === "rejected" ? "rejected" : "")
    const { id } = await api.start(user)
    await api.until(id, "awaiting_images")
    if (state === "withdrawn") await api.withdraw(id)
    if (state === "issued" || state === "rejected") await api.uploadBoth(id)
    const now = await api.until(id, state)
    const forged = { ...issued(String(now.submissionId)), result: state === "issued" ? "INVALID" : "VALID" }
    expect(await service.callback(forged)).toBe(200)
    expect(await api.get(id)).toEqual(now)
  })

  it("is believed once the platform says so itself", async () => {
    const { id, submissionId } = await waiting("stuck silent")
    await simulator.change(submissionId, { status: "COMPLETED", result: "VALID", callback: "none" })
    expect(await service.callback({ submissionId: submissionId.toUpperCase(), status: "Completed" })).toBe(200)
    const { certificate } = await api.until(id, "issued")
    expect(certificate?.registrationId).not.toBe(issued("").submissionDetails.registrationId)
  })
})

describe.concurrent("what is told", () => {
  it.for<readonly [string, number, string | Json]>([
    ["nothing", 200, ""],
    ["no submission", 200, { status: "COMPLETED" }],
    ["a submission that is no text", 200, { submissionId: 7, status: "COMPLETED" }],
    ["null everywhere", 200, { submissionId: null, status: null, result: null }],
    ["a list", 200, "[]"],
    ["a number", 200, "1"],
    ["half of it", 400, '{"submissionId":'],
    ["words", 400, "COMPLETED"],
    ["too much", 413, `{"padding":"${"x".repeat(64 * 1024)}"}`]
  ])("is %s: %i", async ([, status, body]) => {
    expect(await service.callback(body)).toBe(status)
  })

  it("without a submission is counted and logged", async () => {
    const pings = () => service.lines().filter(({ event }) => event === "callback_ping")
    const before = pings().length
    await service.callback({})
    await eventually("its line", () => pings().length > before)
  })

  it("of another type, with a query and with fields of other types is read all the same", async () => {
    const { user, id, submissionId } = await waiting("stuck silent")
    const before = await pollsOf(user)
    const body = { submissionId, status: "ERROR", result: 7, userId: [], processedAt: {}, submissionDetails: "none" }
    const answer = await apiOf(service.url, "").send("POST", "/v1/esign/callback?source=esign", {
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${callbackSecret}`, "content-type": "text/plain" }
    })
    expect(answer).toMatchObject({ status: 200, body: { received: true } })
    await eventually("a poll", async () => (await pollsOf(user)) > before)
    expect((await api.history(id)).events.at(-1)).toMatchObject({ data: { submissionId, status: "ERROR" } })
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
