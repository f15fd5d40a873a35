import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { type Json, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { jpeg } from "../support/images.ts"
import { repeated } from "../support/lost-answers.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { uuid5 } from "../support/rfc.ts"
import { startService } from "../support/service.ts"

vi.setConfig({ maxConcurrency: 24 })

const pollMax = 400
/** Whatever fails three times has been out for long enough. */
const service = await startService({
  env: {
    GIVE_UP_AFTER: "1 millis",
    RETRY_MAX_DELAY: "200 millis",
    VERDICT_POLL_AFTER: "200 millis",
    VERDICT_POLL_MAX: `${pollMax} millis`
  }
})
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("page")

describe.concurrent("an outage that is longer than it is sat out", () => {
  it.for(["urls", "confirm"] as const)("is none before three calls failed: %s", async (call) => {
    const user = userWith()
    // Turned away, so that it is sent again and not asked about.
    await simulator.script({ user, faults: { [call]: repeated(2, "429") } })
    const id = await api.register(user)
    expect(await api.until(id, "issued")).not.toHaveProperty("failure")
    expect(await service.callsOf(user, call)).toHaveLength(3)
  })

  it.for(["urls", "confirm"] as const)("ends it when three failed: %s", async (call) => {
    const user = userWith()
    await simulator.script({ user, faults: { [call]: repeated(3, "429") } })
    const { id } = await api.start(user)
    if (call === "confirm") await api.uploadBoth(id)
    expect(await api.until(id, "failed")).toMatchObject({ failure: { reasonCode: "platform_unreachable" } })
    expect(await service.callsOf(user, call)).toHaveLength(3)
  })

  it("ends it also while further URLs are asked for", async () => {
    const user = userWith("short-urls")
    const { id } = await api.start(user)
    const { uploadBefore } = Object(await api.until(id, "awaiting_images"))
    await simulator.script({ user, faults: { urls: repeated(3, "429") } })
    await eventually("the end of the URLs", () => Date.now() > Date.parse(uploadBefore))
    const met = await eventually("an end", async () => {
      const answer = await api.put(id, "ktp", jpeg())
      return answer.status !== 503 && answer
    })
    expect(met).toMatchObject({ status: 409, body: { code: "wrong_state", state: "failed" } })
    expect(await api.get(id)).toMatchObject({ failure: { reasonCode: "platform_unreachable" } })
    await wholeHistories(service, user, id)
  })

  it("ends nothing after a confirmation that is known", async () => {
    const user = userWith("stuck silent")
    const id = await api.register(user)
    const { submissionId } = await api.until(id, "awaiting_verdict")
    await simulator.script({ user, faults: { poll: repeated(8, "500") } })
    await simulator.change(String(submissionId), { status: "COMPLETED", result: "VALID" })
    await api.until(id, "issued")
    expect((await service.callsOf(user, "poll")).filter(({ status }) => status === 500)).toHaveLength(8)
  })
})

describe.concurrent("a poll that is refused", () => {
  const refused = repeated(4, { status: 403, code: "110", cause: "ONBOARDING_PARTNER_DOES_NOT_BELONG_TO_CLIENT" })

  it.for([
    ["before the confirmation is known", { confirm: ["500-after"], poll: refused }],
    ["after it", { poll: refused }]
  ] as const)("decides nothing: %s", async ([, faults]) => {
    const user = userWith("silent")
    await simulator.script({ user, faults })
    const id = await api.register(user)
    expect(await api.until(id, "issued")).not.toHaveProperty("failure")
    expect((await service.callsOf(user, "poll")).filter(({ status }) => status === 403)).toHaveLength(4)
    expect(await service.callsOf(user, "confirm")).toHaveLength(1)
    await wholeHistories(service, user, id)
  })
})

describe.concurrent("a verdict after a failure", () => {
  it.for<readonly [string, Parameters<typeof simulator.change>[1], string, Json]>([
    [
      "a certificate",
      { status: "COMPLETED", result: "VALID" },
      "CertificateIssued",
      { certificate: expect.anything() }
    ],
    [
      "a rejection",
      { status: "COMPLETED", result: "INVALID", reasonCode: "NOT_EKTP" },
      "Rejected",
      { rejection: { reasonCode: "NOT_EKTP" }, failure: { reasonCode: "platform_unreachable" } }
    ],
    ["an error", { status: "ERROR", reasonCode: "SYSTEM_ERROR" }, "Failed", { failure: { reasonCode: "SYSTEM_ERROR" } }]
  ])("is recorded and shown: %s", async ([, said, type, shown]) => {
    const user = userWith("stuck")
    const silent = { confirm: { always: "500-after" }, poll: { always: "500" } }
    await simulator.script({ user, faults: silent })
    const { id } = await api.start(user)
    await api.uploadBoth(id)
    const failed = await api.until(id, "failed")
    expect(failed).toMatchObject({ failure: { reasonCode: "platform_unreachable" }, verdictPending: true })
    const open = await api.post(registrationRequest({ partnerUserId: user }))
    expect(open).toMatchObject({ status: 409, body: { code: "registration_open", state: "failed" } })
    await simulator.change(String(failed.submissionId), said)
    await simulator.script({ user, faults: { confirm: null, poll: null } })
    const settled = await api.until(id, ({ verdictPending }) => verdictPending === undefined)
    expect(settled).toMatchObject({ state: "failed", ...shown })
    const [{ events }] = await wholeHistories(service, user, id)
    expect(events.at(-1)).toMatchObject({ type, actor: { kind: "process" } })
    expect(events.map((event) => event.type)).not.toContain("NotConfirmed")
  })
})

describe.concurrent("the calls of a registration", () => {
  it("are claimed with no more and no less than the page says, and the platform sees their session ids", async () => {
    const user = userWith()
    const again = { urls: ["401", "500", "401"], confirm: ["429", "401"], poll: ["401"] }
    await simulator.script({ user, values: ["silent"], faults: again })
    const id = await api.register(user)
    await api.until(id, "issued")
    const [{ registration, events }] = await wholeHistories(service, user, id)
    const { submissionId, documents } = registration
    const session = (call: string, n: number) =>
      uuid5("b1f4f0c2-2a43-4f0e-8d0a-6f2f7f1f5d10", JSON.stringify([id, call, n]))
    const claim = (call: string, n: number, more: Json = {}) => ({
      ...{ call, try: n, sessionId: session(call, n), owner: expect.any(String) },
      ...more
    })
    const image = (document: "ktp" | "selfie") =>
      claim("upload", 1, { document, sha256: documents[document].sha256, submissionId })
    const claims = events.filter(({ type }) => type === "CallStarted").map(({ data }) => data)
    expect(claims).toHaveLength(4)
    expect(claims).toEqual(
      expect.arrayContaining([claim("urls", 0), image("ktp"), image("selfie"), claim("confirm", 1)])
    )
    for (const [call, n] of [
      ["urls", 0],
      ["confirm", 1]
    ] as const) {
      const seen = await service.callsOf(user, call)
      expect(seen.length).toBeGreaterThan(2)
      expect(new Set(seen.map((one) => one.session))).toEqual(new Set([session(call, n)]))
    }
  })

  it("of a poll have a fresh session id, which its repeat after a 401 keeps", async () => {
    const user = userWith("stuck silent")
    await simulator.script({ user, faults: { poll: ["401", "pass", "401"] } })
    const id = await api.register(user)
    const polls = await eventually("five polls", async () => {
      const made = await service.callsOf(user, "poll")
      return made.length >= 5 && made.slice(0, 5)
    })
    expect(polls.map(({ status }) => status)).toEqual([401, 200, 401, 200, 200])
    const [a, again, b, bAgain, c] = polls.map(({ session }) => session)
    expect([again, bAgain]).toEqual([a, b])
    expect(new Set([a, b, c]).size).toBe(3)
    await wholeHistories(service, user, id)
  })

  it("for a verdict come with pauses that grow, and end at VERDICT_POLL_MAX", async () => {
    const user = userWith("stuck silent")
    await api.register(user)
    // Pauses that kept growing would take minutes.
    const polls = await eventually("ten polls", async () => {
      const made = await service.callsOf(user, "poll")
      return made.length >= 10 && made
    })
    const pauses = polls.slice(1).map(({ at }, n) => at - (polls[n]?.at ?? Number.NaN))
    for (const pause of pauses.slice(1)) expect(pause).toBeGreaterThanOrEqual(pollMax - 5)
  })
})

it("calls come no sooner again than the platform's Retry-After says", async () => {
  // No sweep finds them meanwhile.
  const patient = await startService({ env: { SWEEP_INTERVAL: "5 minutes" } })
  onTestFinished(patient.close)
  const user = userWith()
  const busy = [{ status: 429, retryAfter: 1 }]
  await patient.simulator.script({ user, faults: { urls: busy, confirm: busy } })
  await patient.api.until(await patient.api.register(user), "issued")
  for (const call of ["urls", "confirm"] as const) {
    const made = await patient.callsOf(user, call)
    const [first, second] = made.map(({ at }) => at)
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(990)
  }
})

it("none of it broke the platform's contract", () => checkLedger(service))
