import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect, it } from "vitest"
import { isEnd, type State, usersOf } from "../support/api.ts"
import { deleteViews } from "../support/delete-views.ts"
import { eventually, patience } from "../support/eventually.ts"
import { beginUpload } from "../support/half-upload.ts"
import { jpeg } from "../support/images.ts"
import { usesEventStoreDb } from "../support/log-of-run.ts"
import { isStruck } from "../support/lost-answers.ts"
import { checkLedger, wholeHistories } from "../support/platform-view.ts"
import { startService } from "../support/service.ts"

/**
 * In its first life a call may hang for as long as it takes to kill it; in the next ones nothing hangs any more, and three time limits pass
 * before anything is settled.
 */
const patient = { ESIGN_TIMEOUT: "10 minutes" }
const service = await startService({
  env: { ESIGN_TIMEOUT: "2 seconds", VERDICT_POLL_AFTER: "500 millis", VERDICT_POLL_MAX: "1 second" },
  simulator: { lagMs: 4000, hangMs: 600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service

const userWith = usersOf("crash")
/** What is under way when the process dies fails; nobody waits for it. */
const abandoned = (work: Promise<unknown>) => void work.catch(() => {})

/** A registration on its way, as it is when the process dies. */
type Standing = {
  readonly user: string
  readonly id: string
  /** What happens at the platform while nobody is there to be told. */
  readonly meanwhile?: () => Promise<void>
  readonly end: State
}
type Setting = (values: string) => Promise<Standing>

const verdict = async (id: string, result: "VALID" | "INVALID") => {
  const { submissionId } = await api.get(id)
  return () => simulator.change(String(submissionId), { status: "COMPLETED", result })
}

const calling: Setting = async (values) => {
  const user = userWith(values)
  const { id } = await api.start(user)
  if (!values.startsWith("urls")) abandoned(api.uploadBoth(id))
  await isStruck(service, user)
  return { user, id, end: "issued" }
}
const waiting =
  (state: State, result: "VALID" | "INVALID"): Setting =>
  async (values) => {
    const user = userWith(values)
    const id = await api.register(user)
    await api.until(id, state)
    return { user, id, end: result === "VALID" ? "issued" : "rejected", meanwhile: await verdict(id, result) }
  }
const withdrawn: Setting = async (values) => {
  const standing = await waiting("awaiting_verdict", "VALID")(values)
  await api.withdraw(standing.id)
  return { ...standing, end: "withdrawn" }
}
const requested: Setting = async (values) => {
  const user = userWith(values)
  const { id } = await api.start(user)
  return { user, id, end: "issued" }
}
const halfUploaded: Setting = async (values) => {
  const standing = await requested(values)
  await api.until(standing.id, "awaiting_images")
  expect((await api.put(standing.id, "selfie", jpeg())).status).toBe(200)
  return standing
}
const cutOff: Setting = async (values) => {
  const standing = await requested(values)
  await beginUpload(service, standing.user, standing.id, "ktp", jpeg({ size: 400_000 }), 300_000)
  return standing
}
const ended: Setting = async (values) => {
  const user = userWith(values)
  const id = await api.register(user)
  return { user, id, end: (await api.until(id, isEnd)).state }
}

const settings: ReadonlyArray<readonly [Setting, string]> = [
  [calling, "urls-hang"],
  [calling, "urls-hang-after"],
  [calling, "urls-hang-after new-urls"],
  [calling, "ktp-hang"],
  [calling, "ktp-hang-after"],
  [calling, "selfie-hang-after"],
  [calling, "confirm-hang"],
  [calling, "confirm-hang-after"],
  [calling, "confirm-hang-after silent"],
  [calling, "confirm-hang-after confirm-lag"],
  [calling, "confirm-hang-after confirm-lag confirm-once"],
  [calling, "poll-hang"],
  [calling, "poll-hang-after"],
  [requested, ""],
  [halfUploaded, ""],
  [cutOff, ""],
  [waiting("awaiting_verdict", "VALID"), "stuck"],
  [waiting("awaiting_verdict", "INVALID"), "stuck"],
  [waiting("identity_verified", "VALID"), "partial-only"],
  [withdrawn, "stuck"],
  [ended, ""],
  [ended, "rejected-NOT_EKTP"],
  [ended, "failed-SYSTEM_ERROR"]
]

/** It ends as it was to end, and no trace of the crash is left in what anybody sees. */
const reachesItsEnd = async ({ user, id, end }: Standing) => {
  const { state } = await api.get(id)
  if (state === "requested" || state === "awaiting_images") await api.uploadBoth(id)
  const { certificate } = await api.until(id, (now) => now.state === end && now.verdictPending === undefined)
  if (end === "issued" || end === "withdrawn") expect(certificate).toBeDefined()
  await wholeHistories(service, user, id)
}

it.for([
  ["with its views", () => {}],
  ["with its views lost", () => deleteViews(service.dataDir)]
] as const)("a process that is killed at every step at once goes on %s", async ([, inBetween]) => {
  await service.kill()
  await service.start(patient)
  const standing = await Promise.all(settings.map(([setting, values]) => setting(values)))
  const before = await Promise.all(standing.map(({ id }) => api.history(id)))
  await service.kill()
  inBetween()
  await Promise.all(standing.map(({ meanwhile }) => meanwhile?.()))
  await service.start()
  const outcomes = await Promise.allSettled(standing.map(reachesItsEnd))
  const failed = outcomes.flatMap((outcome, n) =>
    outcome.status === "rejected" ? [`${settings[n]?.[1]} (${standing[n]?.user}): ${outcome.reason}`] : []
  )
  expect(failed).toEqual([])
  for (const [n, { events }] of before.entries()) {
    const after = await api.history(standing[n]?.id ?? "")
    expect(after.events.slice(0, events.length)).toEqual(events)
  }
  await checkLedger(service)
})

/** Does it until it works: what a caller does whose service comes and goes. */
const stubbornly = async <A>(work: () => Promise<A>): Promise<A> => {
  for (const deadline = Date.now() + patience; ; ) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(20)
    }
  }
}

// With a server `test/chaos` kills one service after the other, and the server too.
it.skipIf(usesEventStoreDb())("registrations that meet one crash after another are all issued, each once", async () => {
  const waitingUsers = Array.from({ length: 36 }, (_, n) =>
    userWith(["", "silent", "confirm-500-after", "urls-drop"][n % 4])
  )
  const left = [...waitingUsers]
  const done: Array<readonly [user: string, id: string]> = []
  const worker = async () => {
    for (let user = left.pop(); user !== undefined; user = left.pop()) {
      const name = user
      const { id } = await stubbornly(() => api.start(name, {}, { "idempotency-key": name }))
      const images = { ktp: jpeg(), selfie: jpeg() }
      await stubbornly(() => api.uploadBoth(id, images))
      await stubbornly(() => api.until(id, "issued"))
      done.push([name, id])
    }
  }
  const all = Promise.all(Array.from({ length: 9 }, worker))
  const callsSoFar = async () => (await simulator.ledger()).calls
  for (let crash = 1; crash <= 5; crash++) {
    const from = await callsSoFar()
    await eventually("some progress", async () => {
      const { urls, put, confirm } = await callsSoFar()
      return (
        done.length === waitingUsers.length || urls + put + confirm > from.urls + from.put + from.confirm + 7 * crash
      )
    })
    await service.kill()
    await service.start()
  }
  await all
  for (const [user, id] of done) await wholeHistories(service, user, id)
  expect(done.map(([user]) => user).toSorted()).toEqual(waitingUsers.toSorted())
  await checkLedger(service)
})
