import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, Layer, Result } from "effect"
import { afterAll, expect, it } from "vitest"
import { chain } from "../../src/application/history/chain.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { readConfig } from "../../src/infrastructure/config.ts"
import { storesLayer } from "../../src/infrastructure/stores.ts"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { checkLedger } from "../support/platform-view.ts"
import { readinessOf } from "../support/readiness.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { startService } from "../support/service.ts"
import { throwFatal } from "../support/sqlite.ts"

const service = await startService({ env: { ESIGN_TIMEOUT: "10 seconds" } })
afterAll(() => service.close())
const { api, dataDir } = service
// It takes the secrets out of what it is given.
const config = Result.getOrThrow(readConfig({ ...service.env }, dataDir))
const userWith = usersOf("unreadable")

/** What a later version would write into a history; this one does not run. */
const appendOfTomorrow = (id: string) => {
  const stream = `registration-${id}`
  const event = { type: "CertificateRenewed", version: 1, data: { note: "of tomorrow" } }
  const origin = { actor: { kind: "process", id: "a later version" }, correlationId: "c" } as const
  return EventStore.use((store) =>
    Effect.flatMap(store.read(stream), ({ tip }) =>
      store.append(stream, tip, chain(stream, tip, [event], origin, Date.now()))
    )
  ).pipe(Effect.provide(storesLayer(config, throwFatal).pipe(Layer.provide(recordedLog().layer))), Effect.runPromise)
}
/** As it would be if that version had also saved its row. */
const makeDue = (id: string, revision: number) => {
  const views = new DatabaseSync(join(dataDir, "views-1.db"))
  views.prepare("UPDATE registrations SET due_at = 1, revision = ? WHERE id = ?").run(revision, id)
  views.close()
}
const dueAtOf = (id: string) => {
  const views = new DatabaseSync(join(dataDir, "views-1.db"), { readOnly: true })
  const { due_at: dueAt } = views.prepare("SELECT due_at FROM registrations WHERE id = ?").get(id) as { due_at: number }
  views.close()
  return dueAt
}
const problemsWith = async (named: "registration" | "messages") => {
  const { problems } = await readinessOf(service)
  return problems.filter(({ dependency }) => dependency === named)
}

const user = userWith("silent stuck")
const id = await api.register(user)
const { revision } = await api.until(id, "awaiting_verdict")
const callsOfUser = async () => (await service.platform(user)).calls.length

/** It is as it was, for a person to look at; commands to it are refused, and nobody calls the platform for it. */
const isParked = async (calls: number) => {
  expect(await api.get(id)).toMatchObject({
    state: "awaiting_verdict",
    attention: { reason: "unreadable_event", since: expect.stringMatching(/Z$/) }
  })
  expect((await api.withdraw(id)).status).toBe(503)
  expect((await api.get(id)).state).toBe("awaiting_verdict")
  const detail = `The event at revision ${revision + 1} of the stream registration-${id} is of a kind that this version cannot read: its registration is left alone, all others go on.`
  const [parked, ...others] = await eventually("what is left alone", async () => {
    const all = await problemsWith("registration")
    return all.length > 0 && all
  })
  expect([parked, others]).toEqual([{ dependency: "registration", detail }, []])
  await eventually("the end of the messages", async () => {
    const [blocked] = await problemsWith("messages")
    return blocked?.detail.includes(
      `at revision ${revision + 1} of the stream registration-${id}: the feed and Kafka end`
    )
  })
  expect(await readinessOf(service)).toMatchObject({ http: 200, status: "ready" })
  const listed = await api.send("GET", `/v1/registrations?partnerUserId=${user}`)
  expect(listed.body).toEqual({ items: [await api.get(id)] })
  const another = await api.register(userWith())
  await api.until(another, "issued")
  checkHistory(await api.history(another))
  expect(await callsOfUser()).toBe(calls)
}

it("an event that this version cannot read parks its registration, and nobody else's", async () => {
  const before = await callsOfUser()
  await service.kill("SIGTERM")
  await appendOfTomorrow(id)
  await service.start({ VERDICT_POLL_AFTER: "200 millis" })
  await isParked(before)
  expect(service.lines().filter(({ event }) => event === "unreadable_event")).toMatchObject([
    { level: "error", stream: `registration-${id}`, revision: revision + 1, storedName: "CertificateRenewed.v1" }
  ])
  // A callback cannot be recorded now: the platform may send it again.
  const { submissionId } = await api.get(id)
  expect(await service.callback({ submissionId, status: "COMPLETED", result: "VALID" })).toBe(503)
  expect(await callsOfUser()).toBe(before)
})

it("the driver leaves it alone, also where another version said that it is due, and puts it out of everybody's way", async () => {
  const before = await callsOfUser()
  await service.kill("SIGTERM")
  makeDue(id, revision + 1)
  await service.start({ VERDICT_POLL_AFTER: "200 millis" })
  await isParked(before)
  await eventually("its row to be put off", () => dueAtOf(id) > Date.now())
})

it("none of it broke the platform's contract", () => checkLedger(service))
