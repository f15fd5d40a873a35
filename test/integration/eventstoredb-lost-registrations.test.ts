import { EventStoreDBClient } from "@eventstore/db-client"
import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { newLogAt } from "../support/log-of-run.ts"
import { checkLedger } from "../support/platform-view.ts"
import { readinessOf } from "../support/readiness.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

const server = await startEventStoreDb()
const log = newLogAt(server.url)
// What waits for its verdict is due again and again.
const pace = { ESIGN_TIMEOUT: "10 seconds", VERDICT_POLL_AFTER: "200 millis", VERDICT_POLL_MAX: "1 second" }
const service = await startService({ env: { ...pace, ...log } })
const client = EventStoreDBClient.connectionString(server.url)
afterAll(async () => {
  await Promise.all([service.close(), client.dispose()])
  await server.kill()
})
const { api } = service
const userWith = usersOf("gone")
const credentials = { username: "admin", password: "changeit" }

const waiting = async () => {
  const user = userWith("silent stuck")
  const id = await api.register(user)
  const { revision } = await api.until(id, "awaiting_verdict")
  return { user, id, revision, stored: `${log["EVENTSTOREDB_STREAM_PREFIX"]}registration-${id}` }
}
const [deleted, destroyed, cutOff, whole] = await Promise.all([waiting(), waiting(), waiting(), waiting()])
const gone = [deleted, destroyed, cutOff]
const streamsOf = (some: typeof gone) => some.map(({ id }) => `registration-${id}`).sort()

const damages = () =>
  service
    .lines()
    .flatMap(({ event, stream, code }) => (event === "history_damaged" && code === "missing" ? [stream] : []))
const parked = async () =>
  (await readinessOf(service)).problems.filter(({ dependency }) => dependency === "registration")

/** As it was, for a person to look at; no command gets through, the next attempt of its user neither. */
const isLeftAlone = async ({ user, id, revision }: typeof deleted) => {
  expect(await api.get(id)).toMatchObject({
    state: "awaiting_verdict",
    revision,
    attention: { reason: "unreadable_event" }
  })
  expect((await api.history(id)).events).toEqual([])
  const answers = [await api.withdraw(id), await api.post(registrationRequest({ partnerUserId: user }))]
  expect(answers.map(({ status }) => status)).toEqual([503, 503])
}
const othersGoOn = async () => {
  const another = await api.register(userWith())
  await api.until(another, "issued")
  checkHistory(await api.history(another))
  expect(await api.get(whole.id)).not.toHaveProperty("attention")
  expect(await readinessOf(service)).toMatchObject({ http: 200, status: "ready" })
}
/** What lies there of a stream, whatever is said of it. */
const eventsIn = async () => {
  const found: Array<string> = []
  for await (const { event } of client.readAll({ credentials }))
    if (event && gone.some(({ stored }) => stored === event.streamId)) found.push(event.id)
  return found
}

const atOnce = [deleted, destroyed]

it("registrations whose streams somebody deleted are left alone at once, and told of once each", async () => {
  await client.deleteStream(deleted.stored, { credentials })
  await client.tombstoneStream(destroyed.stored, { credentials })
  await eventually("both to be left alone", async () => (await parked()).length === 2)
  for (const { id } of atOnce)
    expect(await parked()).toContainEqual({
      dependency: "registration",
      detail: `The event at revision 0 of the stream registration-${id} is missing (deleted, truncated or expired): its registration is left alone, all others go on.`
    })
  for (const one of atOnce) await isLeftAlone(one)
  await othersGoOn()
  expect(damages().sort()).toEqual(streamsOf(atOnce))
})

it("a restart finds those whose beginning was cut off as well, begins no new chain, and calls nobody", async () => {
  await service.kill("SIGTERM")
  await client.setStreamMetadata(cutOff.stored, { truncateBefore: 3 }, { credentials })
  const callsOf = () => Promise.all(gone.map(async ({ user }) => (await service.platform(user)).calls.length))
  const [calls, events] = [await callsOf(), await eventsIn()]
  await service.start()
  for (const one of gone) await isLeftAlone(one)
  await othersGoOn()
  expect(await eventsIn()).toEqual(events)
  expect(await callsOf()).toEqual(calls)
  expect(damages().sort()).toEqual(streamsOf([...atOnce, ...gone]))
})

it("none of it broke the platform's contract", () => checkLedger(service))
