import { afterAll, describe, expect, it } from "vitest"
import { type Json, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { publicTypes } from "../support/history.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"
import { userIdType } from "../support/service-program.ts"

const service = await startService({
  // Nobody polls of his own accord, and each confirmation may hang for as long as it takes.
  env: { VERDICT_POLL_AFTER: "1 hour", ESIGN_TIMEOUT: "10 minutes", ESIGN_CONCURRENCY: "256" },
  simulator: { hangMs: 3_600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service
const userWith = usersOf("order")

const said = ["partial", "complete", "late", "foreign", "forged"] as const
type Said = (typeof said)[number]

const ordersOf = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.length === 0
    ? [[]]
    : all.flatMap((first) => ordersOf(all.filter((one) => one !== first)).map((rest) => [first, ...rest]))
const orders = ordersOf(said)

/** So many at once: the order of the callbacks about one registration is what counts. */
const atOnce = 24
const forAll = async <A, B>(all: ReadonlyArray<A>, work: (one: A) => Promise<B>): Promise<ReadonlyArray<B>> => {
  const left = [...all.entries()]
  const done: Array<B> = []
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) done[next[0]] = await work(next[1])
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return done
}

type Case = { readonly order: ReadonlyArray<Said>; readonly user: string; readonly id: string }

const bodyOf = (what: Said, user: string, submissionId: string, foreign: string): Json => {
  const about = { submissionId, userId: user, userIdType }
  switch (what) {
    case "partial":
      return { ...about, status: "PARTIALLY_COMPLETED", result: "VALID" }
    case "complete":
      return { ...about, status: "COMPLETED", result: "VALID" }
    case "late":
      return { ...about, status: "IN_PROGRESS" }
    case "foreign":
      return { ...about, submissionId: foreign, status: "COMPLETED", result: "INVALID" }
    case "forged":
      return { ...about, status: "COMPLETED", result: "INVALID", reasonCode: "FRAUD_REJECT" }
  }
}

/** Tells one thing after the other. What is true becomes so at the platform just before it is told; a partial result after that is old news. */
const tellAll = async ({ order, user }: Case, foreign: string) => {
  const [submission] = (await service.platform(user)).submissions
  const submissionId = submission?.submissionId ?? ""
  for (const [n, what] of order.entries()) {
    const isNews = what === "complete" || (what === "partial" && n < order.indexOf("complete"))
    const body = bodyOf(what, user, submissionId, foreign)
    if (isNews)
      await simulator.change(submissionId, { status: String(body["status"]), result: "VALID", callback: "none" })
    expect(await service.callback(body)).toBe(200)
  }
}

/** It is issued by the platform's word, each event that can be there once is there once, and nobody was polled for without need. */
const isIssuedOnce = async ({ user, id, order }: Case) => {
  await api.until(id, "issued")
  const [history] = await wholeHistories(service, user, id)
  expect(publicTypes(history).filter((type) => type !== "IdentityVerified")).toEqual([
    "Requested",
    "UrlsIssued",
    "ImageUploaded",
    "ImageUploaded",
    "ImagesUploaded",
    "Confirmed",
    "CertificateIssued"
  ])
  const reports = history.events.filter(({ type }) => type === "ResultReported").map(({ data }) => JSON.stringify(data))
  expect(new Set(reports).size).toBe(reports.length)
  expect(reports.length).toBeLessThanOrEqual(order.length - 1)
  const polls = await service.callsOf(user, "poll")
  // One for each that is recorded; a few more only where the platform lags behind for seconds.
  expect(polls.length).toBeGreaterThan(0)
  expect(polls.length).toBeLessThan(20)
  return history
}

const stands = async (values: string, order: ReadonlyArray<Said> = []): Promise<Case> => {
  const user = userWith(values)
  return { user, order, id: await api.register(user) }
}
/** A submission of somebody else who waits for a verdict that does not come. */
const somebodyElse = async () => {
  const { id } = await stands("stuck silent")
  const { submissionId } = await api.until(id, "awaiting_verdict")
  return { id, submissionId: String(submissionId) }
}

describe("in every order of partial, complete, late, foreign and forged", () => {
  it("callbacks after the confirmation was answered bring the platform's verdict, and nothing else", async () => {
    expect(new Set(orders.map(String)).size).toBe(120)
    const other = await somebodyElse()
    await forAll(orders, async (order) => {
      const standing = await stands("stuck silent", order)
      await api.until(standing.id, "awaiting_verdict")
      await tellAll(standing, other.submissionId)
      await isIssuedOnce(standing)
      const ended = await api.get(standing.id)
      // All of it once more, after the end.
      await tellAll({ ...standing, order: order.filter((what) => what !== "complete" && what !== "partial") }, "none")
      expect(await api.get(standing.id)).toEqual(ended)
    })
    expect((await api.get(other.id)).state).toBe("awaiting_verdict")
  })

  it("callbacks before the confirmation was answered are kept, over a crash, until they can be asked about", async () => {
    const other = await somebodyElse()
    const standing = await forAll(orders, async (order) => {
      const one = await stands("stuck silent confirm-hang-after", order)
      await eventually("its confirmation", async () =>
        (await service.platform(one.user)).submissions.some(({ confirmedAt }) => confirmedAt !== undefined)
      )
      await tellAll(one, other.submissionId)
      expect((await api.get(one.id)).state).toBe("ready_to_confirm")
      return one
    })
    await service.kill()
    await service.start()
    await forAll(standing, async (one) => {
      const { events } = await isIssuedOnce(one)
      const types = events.map(({ type }) => type)
      expect(types.filter((type) => type === "ResultReported")).toHaveLength(4)
      expect(types.lastIndexOf("ResultReported")).toBeLessThan(types.indexOf("Confirmed"))
    })
    expect((await api.get(other.id)).state).toBe("awaiting_verdict")
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
