import { afterAll, describe, expect, it } from "vitest"
import { apiOf, type HistoryEvent, type Json, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory, publicTypes } from "../support/history.ts"
import { logAtServer } from "../support/log-bytes.ts"
import { smallHeap, usesEventStoreDb } from "../support/log-of-run.ts"
import { checkLedger } from "../support/platform-view.ts"
import { parseMetrics } from "../support/prometheus-text.ts"
import { startService } from "../support/service.ts"
import { userIdType } from "../support/service-program.ts"

const service = await startService({
  // Nobody polls of his own accord, and a poll may hang for as long as it takes.
  env: {
    VERDICT_POLL_AFTER: "1 hour",
    ESIGN_TIMEOUT: "10 minutes",
    NODE_OPTIONS: smallHeap()
  },
  simulator: { hangMs: 3_600_000 }
})
afterAll(() => service.close())
const { api, simulator } = service
const userWith = usersOf("flood")

const statuses = ["IN_PROGRESS", "PARTIALLY_COMPLETED", "COMPLETED", "ERROR", "UNKNOWN"] as const
const results = [undefined, "VALID", "INVALID", "UNKNOWN"] as const
/** Everything that can be recorded of one registration. */
const claims = statuses.flatMap((status) => results.map((result): Json => (result ? { status, result } : { status })))

let invented = 0
/** The same claim in other words. */
const reworded = ({ status, result }: Json): Json => {
  const word = (known: unknown) => (known === "UNKNOWN" ? `INVENTED_${++invented}` : String(known).toLowerCase())
  return { status: word(status), ...(result === undefined ? { result: null } : { result: word(result) }) }
}

/** As the platform does: what is not taken is sent again. */
const tell = (body: Json) =>
  eventually("a callback to be taken", async () => {
    const status = await service.callback(body)
    expect([200, 503]).toContain(status)
    return status === 200
  })
const tellInWaves = async (bodies: ReadonlyArray<Json>, wave = 250) => {
  for (let n = 0; n < bodies.length; n += wave) await Promise.all(bodies.slice(n, n + wave).map(tell))
}
const times = <A>(count: number, make: (n: number) => A) => Array.from({ length: count }, (_, n) => make(n))

const waiting = async () => {
  const user = userWith("stuck silent")
  const id = await api.register(user)
  const now = await api.until(id, "awaiting_verdict")
  return { user, id, now, submissionId: String(now.submissionId) }
}
const reportsIn = (events: ReadonlyArray<HistoryEvent>): ReadonlyArray<Json> =>
  events.filter(({ type }) => type === "ResultReported").map(({ data }) => data)
const wordsOf = (all: ReadonlyArray<Json>) => all.map(({ status, result }) => `${status} ${result}`).toSorted()

describe("a flood of callbacks", () => {
  it("of one claim, a thousand times, is recorded once and asked about once", async () => {
    const { user, id, now, submissionId } = await waiting()
    await simulator.change(submissionId, { status: "COMPLETED", result: "VALID", callback: "none" })
    await tellInWaves(times(1000, () => ({ submissionId, status: "COMPLETED", result: "VALID" })))
    await api.until(id, "issued")
    const history = await api.history(id)
    checkHistory(history)
    expect(history.events.slice(now.revision + 1).map(({ type }) => type)).toEqual([
      "ResultReported",
      "CertificateIssued"
    ])
    expect(await service.callsOf(user, "poll")).toHaveLength(1)
  })

  it("of every claim that there is adds each once, over the registration's whole life", async () => {
    const { id, submissionId } = await waiting()
    const all = claims.map((claim) => ({ submissionId, ...claim }))
    await tellInWaves(all.flatMap((claim) => [claim, claim]))
    const told = await api.history(id)
    expect(wordsOf(reportsIn(told.events))).toEqual(wordsOf(claims))

    /** All of it once more, in any words: nothing is added. */
    const again = async () => {
      const { revision } = await api.get(id)
      await tellInWaves(times(2, () => all.map((claim) => ({ submissionId, ...reworded(claim) }))).flat())
      expect((await api.get(id)).revision).toBe(revision)
    }
    await again()
    await service.kill()
    await service.start()
    await again()
    expect((await api.withdraw(id)).body).toMatchObject({ state: "withdrawn", verdictPending: true })
    await again()
    await simulator.change(submissionId, { status: "COMPLETED", result: "INVALID", callback: "none" })
    await service.kill()
    await service.start()
    await api.until(id, ({ rejection }) => rejection !== undefined)
    await again()
    const { registration, events } = await api.history(id)
    expect(reportsIn(events)).toHaveLength(20)
    expect(JSON.stringify(events)).not.toContain("INVENTED")
    checkHistory({ registration, events })
  })

  it("while a poll hangs begins no other one", async () => {
    const { user, id, submissionId } = await waiting()
    await simulator.script({ user, faults: { poll: { always: "hang" } } })
    await tell({ submissionId, status: "IN_PROGRESS" })
    await eventually("a poll that hangs", async () => (await service.callsOf(user, "poll")).length > 0)
    await tellInWaves(times(25, () => claims.map((claim) => ({ submissionId, ...claim }))).flat())
    expect(await service.callsOf(user, "poll")).toHaveLength(1)
    expect(reportsIn((await api.history(id)).events)).toHaveLength(20)
    await simulator.script({ user, faults: { poll: null } })
  })

  it("about many registrations adds to each what it adds to one, and keeps nobody from his certificate", async () => {
    const standing = await Promise.all(times(20, waiting))
    const bodies = times(5, () =>
      claims.flatMap((claim) => standing.map(({ submissionId }) => ({ submissionId, ...reworded(claim) })))
    ).flat()
    const bystander = (async () => api.until(await api.register(userWith()), "issued"))()
    await tellInWaves(bodies)
    await bystander
    for (const { user, id } of standing) {
      const history = await api.history(id)
      checkHistory(history)
      expect(wordsOf(reportsIn(history.events))).toEqual(wordsOf(claims))
      expect(publicTypes(history).at(-1)).toBe("Confirmed")
      expect((await service.callsOf(user, "poll")).length).toBeLessThan(60)
    }
  })

  it("that a crash cuts off: what was taken is there, what was not is taken again", async () => {
    const standing = await Promise.all(times(10, waiting))
    const taken = new Set<string>()
    const bodies = claims.flatMap((claim) => standing.map(({ submissionId }) => ({ submissionId, ...claim })))
    const telling = bodies.map(async (body) => {
      await tell(body)
      taken.add(JSON.stringify(body))
    })
    const settled = Promise.allSettled(telling)
    await eventually("some that are taken", () => taken.size > 0)
    await service.kill()
    await settled
    await service.start()
    const key = ({ submissionId, status, result }: Json) => JSON.stringify({ submissionId, status, result })
    const reported = async () => {
      const histories = await Promise.all(standing.map(({ id }) => api.history(id)))
      for (const history of histories) checkHistory(history)
      return histories.flatMap(({ events }) => reportsIn(events).map(key))
    }
    expect(await reported()).toEqual(expect.arrayContaining([...taken]))
    await tellInWaves(bodies)
    expect((await reported()).toSorted()).toEqual(bodies.map(key).toSorted())
  })

  it("about nothing of ours is not kept anywhere", async () => {
    const { user, now, id, submissionId } = await waiting()
    const kept = async () => {
      const { value } = parseMetrics((await apiOf(service.url, "").send("GET", "/metrics")).text)
      const ofFiles = ["log", "vault"].map((database) => [
        value("certreg_database_bytes", { database }),
        value("certreg_wal_bytes", { database })
      ])
      // In a log that others write to as well the end says nothing.
      const log = usesEventStoreDb() ? (await logAtServer(service.env)).length : value("certreg_log_end_position")
      return { log, ofFiles }
    }
    const before = await kept()
    expect(before.log).toBeGreaterThan(0)
    const foreign: ReadonlyArray<(n: number) => Json> = [
      () => ({}),
      (n) => ({ submissionId: n, status: "COMPLETED" }),
      (n) => ({ submissionId: `${n}`, status: "COMPLETED", result: "VALID" }),
      (n) => ({ submissionId: `${n}`, status: "ERROR", userId: user, userIdType }),
      (n) => ({ submissionId: `${n}`, status: "ERROR", userId: `nobody-${n}`, userIdType }),
      (n) => ({ submissionId: `${submissionId}${n}`, status: "COMPLETED", result: "INVALID", userId: user })
    ]
    await tellInWaves(times(600, (n) => foreign[n % foreign.length]?.(n) ?? {}))
    // 90 MB of them, where the whole service has little more.
    const large = (n: number) => ({ submissionId: `${n}${"x".repeat(60_000)}`, userId: `${n}${"y".repeat(1000)}` })
    await tellInWaves(times(1500, large), 50)
    expect(await kept()).toEqual(before)
    expect(await api.get(id)).toEqual(now)
    expect(await service.callsOf(user, "poll")).toEqual([])
  })
})

it("none of it broke the platform's contract", () => checkLedger(service))
