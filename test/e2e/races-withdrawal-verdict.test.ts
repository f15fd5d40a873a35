import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { type History, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { type Held, type HeldService, startHeld } from "../support/held-service.ts"
import { publicTypes } from "../support/history.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"

vi.setConfig({ maxConcurrency: 40 })

let service: HeldService
beforeAll(async () => {
  // Three time limits have to pass until what was not confirmed is settled.
  const pace = { ESIGN_TIMEOUT: "2 seconds", VERDICT_POLL_AFTER: "300 millis", VERDICT_POLL_MAX: "500 millis" }
  service = await startHeld({ env: pace, simulator: { slowMs: 500 } })
})
afterAll(() => service.close())

const userWith = usersOf("race")
const prepared = ["Requested", "UrlsIssued", "ImageUploaded", "ImageUploaded", "ImagesUploaded"]

const start = async (values = "") => {
  const user = userWith(values)
  const { id } = await service.api.start(user)
  return { user, id }
}

/** What the platform knows of the user's submission is what is shown of the registration, and nothing was done twice. */
const settled = async (user: string, id: string): Promise<History> => {
  const now = await service.api.until(id, ({ state, verdictPending }) => state === "withdrawn" && !verdictPending)
  const [history] = await wholeHistories(service, user, id)
  const types = history.events.map(({ type }) => type)
  expect(types.filter((type) => type === "Withdrawn")).toHaveLength(1)
  const [submission] = (await service.platform(user)).submissions
  const last = submission?.changes.at(-1)
  expect(now.certificate !== undefined).toBe(last?.status === "COMPLETED" && last.result === "VALID")
  expect(now.rejection !== undefined).toBe(last?.status === "COMPLETED" && last.result === "INVALID")
  expect(now.failure !== undefined).toBe(last?.status === "ERROR")
  const isClaimed = history.events.some(({ type, data }) => type === "CallStarted" && data["call"] === "confirm")
  expect(types.includes("NotConfirmed")).toBe(isClaimed && submission?.confirmedAt === undefined)
  return history
}

describe.concurrent("a withdrawal", () => {
  it("before the confirmation is claimed: nothing is sent", async () => {
    const { user, id } = await start()
    const claim = service.holdAppend(id, "before", "CallStarted", { call: "confirm" })
    await service.api.uploadBoth(id)
    await claim.met
    const { status, body } = await service.api.withdraw(id)
    expect({ status, verdictPending: body.verdictPending }).toEqual({ status: 200, verdictPending: undefined })
    claim.release()
    await eventually("the driver to give way", () =>
      service.lines.some(({ event, registrationId }) => event === "step_failed" && registrationId === id)
    )
    expect(publicTypes(await settled(user, id))).toEqual([...prepared, "Withdrawn"])
    expect(await service.callsOf(user, "confirm")).toEqual([])
    expect((await service.api.start(user)).attempt).toBe(2)
  })

  const held: ReadonlyArray<readonly [name: string, values: string, (user: string, id: string) => Held]> = [
    ["between the claim and the call", "", (user) => service.holdCall(user, "before", "confirm")],
    ["between the answer and its record", "silent", (user) => service.holdCall(user, "after", "confirm")],
    ["between a refusal and its record", "confirm-400", (user) => service.holdCall(user, "after", "confirm")],
    ["between an outage and what follows it", "confirm-500", (user) => service.holdCall(user, "after", "confirm")],
    [
      "between a lost answer and what follows it",
      "confirm-drop-after",
      (user) => service.holdCall(user, "after", "confirm")
    ],
    ["while the answer is being recorded", "", (_, id) => service.holdAppend(id, "before", "Confirmed")],
    [
      "while a callback is being recorded",
      "",
      (user, id) => {
        // However long it takes, nothing is found out without it.
        const poll = service.holdCall(user, "before", "poll")
        const { met, release } = service.holdAppend(id, "before", "ResultReported")
        return {
          met,
          release: () => {
            poll.release()
            release()
          }
        }
      }
    ],
    ["before the poll that brings the verdict", "", (user) => service.holdCall(user, "before", "poll")],
    ["while a certificate is being recorded", "", (_, id) => service.holdAppend(id, "before", "CertificateIssued")],
    ["while a rejection is being recorded", "rejected", (_, id) => service.holdAppend(id, "before", "Rejected")],
    ["while an error is being recorded", "failed", (_, id) => service.holdAppend(id, "before", "Failed")]
  ]
  it.for(held)("%s (%s): what the platform says is shown, and the state stays", async ([, values, hold]) => {
    const { user, id } = await start(values)
    const held = hold(user, id)
    await service.api.uploadBoth(id)
    await held.met
    const { status, body } = await service.api.withdraw(id)
    expect({ status, body }).toMatchObject({ status: 200, body: { state: "withdrawn", verdictPending: true } })
    expect(await service.api.withdraw(id, "other")).toMatchObject({ status: 200, body: { state: "withdrawn" } })
    held.release()
    await settled(user, id)
  })

  it("while the confirmation is under way, which takes effect later: that is what is shown", async () => {
    const { user, id } = await start("confirm-slow stuck")
    await service.api.uploadBoth(id)
    await eventually("the confirmation", async () => (await service.callsOf(user, "confirm")).length > 0)
    const { status, body } = await service.api.withdraw(id)
    expect({ status, body }).toMatchObject({ status: 200, body: { state: "withdrawn", verdictPending: true } })
    await eventually("its effect", async () => (await service.platform(user)).submissions[0]?.confirmedAt !== undefined)
    await service.simulator.change(String(body.submissionId), { status: "COMPLETED", result: "VALID" })
    await settled(user, id)
  })

  it.for([
    ["", "issued"],
    ["rejected", "rejected"],
    ["failed", "failed"]
  ] as const)("that is slower than the verdict (%s): 409 %s", async ([values, end]) => {
    const { user, id } = await start(values)
    await service.api.until(id, "awaiting_images")
    const withdrawing = service.holdAppend(id, "before", "Withdrawn")
    const withdrawal = service.api.withdraw(id)
    await withdrawing.met
    await service.api.uploadBoth(id)
    await service.api.until(id, end)
    withdrawing.release()
    expect(await withdrawal).toMatchObject({ status: 409, body: { code: "wrong_state", state: end } })
    const [history] = await wholeHistories(service, user, id)
    expect(publicTypes(history)).not.toContain("Withdrawn")
  })

  it("that is slower than the claim, the answer and its record: 200, and the verdict is waited for", async () => {
    const { user, id } = await start("stuck")
    await service.api.until(id, "awaiting_images")
    const withdrawing = service.holdAppend(id, "before", "Withdrawn")
    const withdrawal = service.api.withdraw(id)
    await withdrawing.met
    await service.api.uploadBoth(id)
    const { submissionId } = await service.api.until(id, "awaiting_verdict")
    withdrawing.release()
    expect(await withdrawal).toMatchObject({ status: 200, body: { state: "withdrawn", verdictPending: true } })
    await service.simulator.change(String(submissionId), { status: "COMPLETED", result: "VALID" })
    await settled(user, id)
  })

  it("twenty times at once is one", async () => {
    const { user, id } = await start("stuck")
    await service.api.uploadBoth(id)
    const { submissionId } = await service.api.until(id, "awaiting_verdict")
    const reasons = ["consent_withdrawn", "applicant_request", "other"]
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => service.api.withdraw(id, reasons[n % 3])))
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200))
    await service.simulator.change(String(submissionId), { status: "COMPLETED", result: "INVALID" })
    await settled(user, id)
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
