import { randomUUID } from "node:crypto"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import type { Script } from "../../src/simulator/script.ts"
import type { SimulatorProcess } from "../support/simulator.ts"
import { startSimulator } from "../support/simulator.ts"
import { call, confirmBody, partnerOf, person, soon, userWith } from "../support/simulator-partner.ts"

let simulator: SimulatorProcess

beforeAll(async () => {
  simulator = await startSimulator({ slowMs: 30, hangMs: 30 })
})
afterAll(() => simulator.stop())
afterEach(() => simulator.reset())

type Partner = Awaited<ReturnType<typeof partnerOf>>
type Answer = Awaited<ReturnType<typeof call>>

const points = ["token", "urls", "ktp", "confirm", "poll"] as const
type Point = (typeof points)[number]

/** Everything before one call, by a partner that meets no fault yet, and then that call. */
const before: Readonly<Record<Point, (partner: Partner) => Promise<() => Promise<Answer>>>> = {
  token: async (partner) => () => partner.fetchToken(),
  urls: async (partner) => () => partner.urls(),
  ktp: async (partner) => {
    const { KTP } = await partner.open()
    return () => partner.put(KTP)
  },
  confirm: async (partner) => {
    const body = confirmBody((await partner.upload()).submissionId, person())
    const { submissionId } = JSON.parse(body)
    assert.isString(submissionId)
    return () => partner.confirm(body)
  },
  poll: async (partner) => {
    const { submissionId } = await partner.open()
    return () => partner.poll(submissionId)
  }
}

/** Whether the call has changed anything at the platform; undefined where a call changes nothing. */
const tookEffect = async (point: Point, userId: string): Promise<boolean | undefined> => {
  if (point === "token" || point === "poll") return undefined
  const { submissions } = await simulator.user(userId)
  if (point === "urls") return submissions.length > 0
  return point === "ktp" ? submissions[0]?.objects.KTP !== undefined : submissions[0]?.confirmedAt !== undefined
}

/** Lets a fault strike once at one call, and answers what the caller saw: an answer, or `broken`. */
const struck = async (point: Point, fault: unknown, byUserId: boolean) => {
  const userId = byUserId ? userWith(`${point}-${fault}`) : userWith()
  const partner = await partnerOf(simulator, userId)
  const act = await before[point](partner)
  if (!byUserId) await simulator.script({ faults: { [point]: [fault] } })
  const startedAt = performance.now()
  const answer = await act().catch(() => "broken" as const)
  const ms = performance.now() - startedAt
  return { answer, ms, effect: await tookEffect(point, userId), again: await act(), userId }
}

const rows = points.flatMap((point) => [
  ...["401", "403", "429", "500", "503", "429-early"].map(
    (fault) => [point, fault, Number(fault.slice(0, 3)), false] as const
  ),
  ...["drop", "drop-early", "hang", "hang-early"].map((fault) => [point, fault, "broken", false] as const),
  ...["drop-after", "hang-after", "cut"].map((fault) => [point, fault, "broken", true] as const),
  ...["500-after", "503-after"].map((fault) => [point, fault, Number(fault.slice(0, 3)), true] as const),
  ...["garbage", "empty", "failure"].map((fault) => [point, fault, 200, false] as const),
  [point, "garbage-after", 200, true] as const,
  [point, "redirect", 307, false] as const
])

describe("faults", () => {
  it.each(rows)("%s: %s is seen as %s, effect: %s", async (point, fault, seen, effect) => {
    const { answer, effect: tookPlace, again } = await struck(point, fault, point !== "token")
    assert.strictEqual(answer === "broken" ? answer : answer.status, seen)
    if (tookPlace !== undefined) assert.strictEqual(tookPlace, effect)
    assert.include([200, 204], again.status)
  })

  it.each(points)("%s: slow takes its time and then goes on", async (point) => {
    const { answer, ms } = await struck(point, "slow", point !== "token")
    assert.include([200, 204], answer === "broken" ? answer : answer.status)
    assert.isAtLeast(ms, 25)
  })

  it.each([
    ["expired", 403, "Request has expired"],
    ["signature", 403, "SignatureDoesNotMatch"],
    ["expired-token", 400, "ExpiredToken"],
    ["request-timeout", 400, "RequestTimeout"],
    ["slow-down", 503, "SlowDown"],
    ["expired-early", 403, "Request has expired"],
    ["500", 500, "InternalError"]
  ])("storage: %s is %i with %s", async (fault, status, text) => {
    const { answer, effect } = await struck("ktp", fault, true)
    assert.notStrictEqual(answer, "broken")
    assert.strictEqual((answer as Answer).status, status)
    assert.include((answer as Answer).text, text)
    assert.isFalse(effect)
  })

  it.each([
    ["401", "110", "UNAUTHORIZED"],
    ["403", "110", "ONBOARDING_PARTNER_DOES_NOT_BELONG_TO_CLIENT"],
    ["404", "1514", "USER_NOT_FOUND_FOR_PARTNER_AND_PARTNER_USER_ID_AND_PARTNER_USER_ID_TYPE"],
    ["500", "900", "GENERIC_SERVICE_ERROR"]
  ])("a plain %s comes with its published code %s", async (fault, code, cause) => {
    const { answer } = await struck("poll", fault, true)
    assert.deepStrictEqual((answer as Answer).errors, [{ code, cause }])
  })

  it("a refusal can have any code and cause, a Retry-After, or a text", async () => {
    const refused = (
      await struck("confirm", { status: 403, code: "7", cause: "ODD", retryAfter: 9, moment: "after" }, false)
    ).answer as Answer
    assert.deepStrictEqual(
      [refused.status, refused.headers.get("retry-after"), refused.errors],
      [403, "9", [{ code: "7", cause: "ODD" }]]
    )
    assert.strictEqual(
      ((await struck("urls", { status: 502, text: "Bad gateway" }, false)).answer as Answer).text,
      "Bad gateway"
    )
    assert.isAtLeast((await struck("poll", { slow: 60 }, false)).ms, 55)
  })

  it("fields of a poll can be replaced", async () => {
    const told = (await struck("poll", { fields: { status: "SOMETHING_NEW", submissionId: "x" } }, false))
      .answer as Answer
    assert.deepInclude(told.data, { status: "SOMETHING_NEW", submissionId: "x" })
  })

  it("a poll with other fields is a poll: a confirm that it does not know of may be repeated", async () => {
    const { confirm, poll, upload } = await partnerOf(simulator, userWith("stuck"))
    const { submissionId } = await upload()
    const [body, session] = [confirmBody(submissionId, person()), randomUUID()]
    await confirm(body, session)
    await simulator.script({ faults: { poll: [{ fields: { status: "INITIATED" } }] } })
    await poll(submissionId)
    await confirm(body, session)
    assert.deepStrictEqual((await simulator.ledger()).violations, [])
  })

  it("a redirect that is followed is counted", async () => {
    const { answer } = await struck("urls", "redirect", true)
    await call(new URL((answer as Answer).headers.get("location") ?? "", simulator.baseUrl).href)
    assert.deepStrictEqual((await simulator.ledger()).violationCounts, { "redirect-followed": 1 })
  })

  it("strikes as often as the value says", async () => {
    const { urls } = await partnerOf(simulator, userWith("urls-500-x2"))
    assert.deepStrictEqual([(await urls()).status, (await urls()).status, (await urls()).status], [500, 500, 200])
    const { urls: never } = await partnerOf(simulator, userWith("urls-429-always"))
    for (let time = 0; time < 3; time++) assert.strictEqual((await never()).status, 429)
  })

  it("a script is for one user or for everybody, the user's own first", async () => {
    const userId = userWith()
    const [mine, others] = [await partnerOf(simulator, userId), await partnerOf(simulator, userWith())]
    await simulator.script({ faults: { urls: ["503", "pass", "429"] } })
    await simulator.script({ user: userId, faults: { urls: ["500"] } })
    const seen: Array<number> = []
    for (const partner of [mine, mine, others, others, others]) seen.push((await partner.urls()).status)
    assert.deepStrictEqual(seen, [500, 503, 200, 429, 200])
    await simulator.script({ user: userId, faults: { urls: { always: 500 } } })
    assert.strictEqual((await mine.urls()).status, 500)
    await simulator.script({ user: userId, faults: { urls: null } })
    assert.strictEqual((await mine.urls()).status, 200)
  })

  it("says which fault struck, and what came of the call", async () => {
    const { userId } = await struck("confirm", "drop-after", true)
    const record = (await simulator.user(userId)).calls.find(({ fault }) => fault !== undefined)
    assert.deepInclude(record ?? {}, { call: "confirm", fault: "drop-after", status: "dropped" })
  })

  it("plays any course of a submission", async () => {
    const userId = userWith()
    const stages = [{ status: "IN_REVIEW" }, { status: "COMPLETED", result: "VALID", fields: { reasonCode: null } }]
    await simulator.script({ user: userId, stages })
    const partner = await partnerOf(simulator, userId)
    const submissionId = await partner.register()
    const told = await soon(async () => {
      const { data } = await partner.poll(submissionId)
      assert.strictEqual(data["status"], "COMPLETED")
      return data
    })
    assert.isNull(told["reasonCode"])
    await simulator.change(submissionId, { status: "ERROR", reasonCode: "SYSTEM_ERROR" })
    assert.strictEqual((await partner.poll(submissionId)).data["reasonCode"], "SYSTEM_ERROR")
  })

  it.each<readonly [script: object, wrong: ReadonlyArray<string>]>([
    [{ fault: {} }, ["fault"]],
    [{ faults: { polls: [500] } }, ["faults.polls"]],
    [{ faults: { poll: ["explode"] } }, ["faults.poll"]],
    [{ values: ["nonsense"] }, ["values.nonsense"]],
    [{ stages: [{}] }, ["stages"]],
    [
      { settings: { port: 1, verifyMs: "x", callbackMethod: "GET" } },
      ["settings.port", "settings.verifyMs", "settings.callbackMethod"]
    ]
  ])("the script %j is refused and changes nothing", async (script, wrong) => {
    const answer = await call(`${simulator.baseUrl}/_control/script`, { method: "POST", body: JSON.stringify(script) })
    assert.strictEqual(answer.status, 400)
    assert.deepStrictEqual(JSON.parse(answer.text), { wrong })
    await simulator.script({ values: [] } satisfies Script)
    assert.strictEqual((await (await partnerOf(simulator, userWith())).urls()).status, 200)
  })
})
