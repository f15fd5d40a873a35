import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { appendFiller, eventsIn, loseEvents, loseName } from "../support/damaged-log.ts"
import { deleteViews } from "../support/delete-views.ts"
import { directWay, factsOf } from "../support/direct-upload.ts"
import { eventually } from "../support/eventually.ts"
import { checkHistory } from "../support/history.ts"
import { jpeg } from "../support/images.ts"
import { checkLedger } from "../support/platform-view.ts"
import { readinessOf } from "../support/readiness.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { startService } from "../support/service.ts"

// What waits for its verdict is due again and again.
const pace = { ESIGN_TIMEOUT: "10 seconds", VERDICT_POLL_AFTER: "200 millis", VERDICT_POLL_MAX: "1 second" }
const service = await startService({ env: pace })
afterAll(() => service.close())
const { api, dataDir } = service
const stranger = await service.client("stranger")
const userWith = usersOf("lost")
const streamOf = (id: string) => `registration-${id}`

const waiting = async () => {
  const user = userWith("silent stuck")
  const id = await api.register(user)
  return { user, id, before: await api.until(id, "awaiting_verdict") }
}
const withdrawn = async () => {
  const { user, id } = await waiting()
  return { user, id, before: (await api.withdraw(id)).body }
}
const [emptied, erased, beheaded, holed, shortened] = await Promise.all([
  waiting(),
  waiting(),
  waiting(),
  waiting(),
  withdrawn()
])

/** What each lost, the first revision that is missing, and how it is shown: as it was before, or as its row knows it. */
const losses = [
  { what: "all its events", of: emptied, where: "true", missing: 0, shown: emptied.before },
  { what: "all of its stream", of: erased, where: "true", missing: 0, shown: erased.before },
  { what: "its first events", of: beheaded, where: "revision < 3", missing: 0, shown: beheaded.before },
  {
    what: "an event in the middle",
    of: holed,
    where: "revision = 1",
    missing: 1,
    shown: { state: "requested", revision: 0 }
  },
  {
    what: "its last event",
    of: shortened,
    where: `revision = ${shortened.before.revision}`,
    missing: shortened.before.revision,
    shown: { state: "awaiting_verdict", revision: shortened.before.revision - 1 }
  }
]
type Loss = (typeof losses)[number]

// A log that has other events and not the last one that the rows know was put back from a backup.
await api.until(await api.register(userWith()), "issued")
await service.kill("SIGTERM")
// The start itself looks at the last 1,000 events.
appendFiller(dataDir, 1000)
for (const { of, where } of losses) loseEvents(dataDir, streamOf(of.id), where)
loseName(dataDir, streamOf(erased.id))
const left = losses.map(({ of }) => eventsIn(dataDir, streamOf(of.id)))
const callsOf = () => Promise.all(losses.map(async ({ of }) => (await service.platform(of.user)).calls.length))
const calls = await callsOf()

const sentenceOf = ({ of: { id }, missing }: Loss) =>
  `The event at revision ${missing} of the stream ${streamOf(id)} is missing (deleted, truncated or expired): its registration is left alone, all others go on.`
const parked = async () =>
  (await readinessOf(service)).problems
    .filter(({ dependency }) => dependency === "registration")
    .map(({ detail }) => detail)
    .sort()
const damages = () =>
  service
    .lines()
    .flatMap(({ event, stream, code }) => (event === "history_damaged" && code === "missing" ? [stream] : []))

const commandsTo = ({ of: { user, id } }: Loss) => {
  const path = `/v1/registrations/${id}`
  return {
    request: api.post(registrationRequest({ partnerUserId: user })),
    "request with a key": api.post(registrationRequest({ partnerUserId: user, renew: true }), {
      "idempotency-key": "k"
    }),
    withdrawal: api.withdraw(id),
    upload: api.put(id, "ktp", jpeg()),
    "upload URLs": api.send("GET", `${path}/upload-urls`),
    documents: directWay(api).say(id, { ktp: factsOf(jpeg()), selfie: factsOf(jpeg()) })
  }
}
/** Each is answered as what cannot be done now. */
const refused = async (loss: Loss) => {
  for (const [command, answer] of Object.entries(commandsTo(loss))) {
    const { status, body } = await answer
    expect([command, status, body]).toEqual([command, 503, expect.objectContaining({ code: "unavailable" })])
  }
}

it("what a log has lost of some registrations is noticed by itself, said once, and stops nobody else", async () => {
  await service.start()
  const sentences = losses.map(sentenceOf).sort()
  await eventually("all of them to be left alone", async () => (await parked()).length === losses.length)
  expect(await parked()).toEqual(sentences)
  expect(await readinessOf(service)).toMatchObject({ http: 200, status: "ready" })
  const another = await api.register(userWith())
  await api.until(another, "issued")
  checkHistory(await api.history(another))
  // The walk comes to an event of those that are there, and finds none before it.
  const problem = await eventually("the check of the history", async () => (await readinessOf(service)).history.problem)
  expect(problem).toMatch(/has none before it: something is missing/)
})

it.each(losses)("a registration that lost $what is shown with attention, and takes no command", async (loss) => {
  const { id, before } = loss.of
  const { reason, since } = { reason: "unreadable_event", since: expect.stringMatching(/Z$/) }
  expect(await api.get(id)).toMatchObject({ ...loss.shown, attention: { reason, since } })
  await refused(loss)
  const { registration, events } = await api.history(id)
  expect(registration).toMatchObject(loss.shown)
  expect(events.map(({ revision }) => revision)).toEqual([...Array(loss.missing).keys()])
  expect((await stranger.send("GET", `/v1/registrations/${id}`)).status).toBe(404)
  const { submissionId } = before
  expect(await service.callback({ submissionId, status: "COMPLETED", result: "VALID" })).toBe(503)
})

/** Looked at again and again, called and written to never. */
const leftAlone = async () => {
  expect(await callsOf()).toEqual(calls)
  expect(losses.map(({ of }) => eventsIn(dataDir, streamOf(of.id)))).toEqual(left)
}

it("nobody was called for any of them, nothing was appended, and each was told of once", async () => {
  expect(damages().sort()).toEqual(losses.map(({ of }) => streamOf(of.id)).sort())
  await leftAlone()
})

it("without a row one that lost its beginning is not shown, nor begun anew", async () => {
  await service.kill("SIGTERM")
  deleteViews(dataDir)
  await service.start()
  // Their events make the projection look; the others are found by who asks.
  const found = losses.filter(({ of }) => of === beheaded || of === holed)
  await eventually("both to be found", async () => (await parked()).length === 2)
  expect(await parked()).toEqual(found.map(sentenceOf).sort())
  for (const loss of losses.filter(({ of }) => of === emptied || of === beheaded)) {
    for (const path of [`/v1/registrations/${loss.of.id}`, `/v1/registrations/${loss.of.id}/events`])
      expect(await api.send("GET", path)).toMatchObject({ status: 503, body: { code: "unavailable" } })
    await refused(loss)
  }
  expect(await api.get(holed.id)).toMatchObject({ state: "requested", attention: { reason: "unreadable_event" } })
  await api.until(await api.register(userWith()), "issued")
  expect((await callsOf()).slice(0, 4)).toEqual(calls.slice(0, 4))
  expect(losses.slice(0, 4).map(({ of }) => eventsIn(dataDir, streamOf(of.id)))).toEqual(left.slice(0, 4))
})

it("none of it broke the platform's contract", () => checkLedger(service))
