import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { isEnd, type Resource, usersOf } from "../support/api.ts"
import { deleteViews } from "../support/delete-views.ts"
import { checkHistory, sessionOf } from "../support/history.ts"
import { backUp, cutStreams, logEvents, putBack } from "../support/put-back.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

// The first poll comes three of these after the start, and nobody waits for a callback: they all came before the log was put back.
const env = { ESIGN_TIMEOUT: "2 seconds", VERDICT_POLL_AFTER: "1 hour" }
const service = await startService()
afterAll(() => service.close())
const { api, dataDir } = service
const backup = join(service.tempDir, "backup")
const userWith = usersOf("restored")

type Kept = { readonly user: string; readonly id: string; readonly end: Resource }
/** What the backup has of a registration whose end it does not know: its first events, up to one of this type. */
const stages = [
  ["Requested", 1],
  ["CallStarted", 1],
  ["UrlsIssued", 1],
  ["ImageUploaded", 1],
  ["ImagesUploaded", 1],
  ["CallStarted", 4],
  ["Confirmed", 1],
  ["CertificateIssued", 1]
] as const
const nameOf = ([type, nth]: readonly [string, number]) => (nth === 1 ? type : `${type} (${nth})`)
const kept = new Map<string, Kept>()
const lengths = new Map<string, number>()

const lengthOf = async (id: string, [type, nth]: readonly [string, number]): Promise<number> => {
  const { events } = await api.history(id)
  const found = events.filter((event) => event.type === type).at(nth - 1)
  if (!found) throw new Error(`no ${type} of ${id}`)
  return found.revision + 1
}

const finish = async (name: string, user: string, stage: readonly [string, number]) => {
  const id = await api.register(user)
  kept.set(name, { user, id, end: await api.until(id, isEnd) })
  lengths.set(id, await lengthOf(id, stage))
}
await Promise.all([
  ...stages.map((stage) => finish(nameOf(stage), userWith(), stage)),
  finish("rejected", userWith("rejected"), ["UrlsIssued", 1])
])
/** Their URLs were issued, and forgotten, and nothing was uploaded: one for each time that the log is put back. */
const waiting: Array<{ readonly user: string; readonly id: string }> = []
for (const user of [userWith(), userWith(), userWith()]) {
  const { id } = await api.start(user)
  await api.until(id, "awaiting_images")
  lengths.set(id, 1)
  waiting.push({ user, id })
}
await service.kill("SIGTERM")
backUp(dataDir, backup)
cutStreams(backup, lengths)

const refused = async () => {
  const { code, stdout, stderr } = await runNode("src/infrastructure/main.ts", [], { ...service.env, ...env })
  expect([code, stdout.includes('"listening"')]).toEqual([1, false])
  return stderr
}
/** Requested anew after each restore: of what came before nobody knows. */
const forgottenUser = userWith()
const users = [...[...kept.values(), ...waiting].map(({ user }) => user), forgottenUser]

/** The sessions of all claimed calls that the platform saw of each user, in their order. */
const sessions = async () =>
  (await Promise.all(users.map(service.platform))).map(({ calls }) =>
    calls.flatMap(({ call, session }) => (call === "urls" || call === "confirm" ? [session] : []))
  )
const claimsOf = async (id: string) =>
  (await api.history(id)).events.flatMap(({ type, data }) => (type === "CallStarted" ? [data] : []))

describe.each([
  ["the log alone", ["log.db"], /positions beyond the log's end: .*start once with --after-restore/],
  ["log and vault", ["log.db", "vault.db"], /positions beyond the log's end/],
  ["all of DATA_DIR", ["log.db", "vault.db"], undefined]
] as const)("%s put back", (_, databases, sentence) => {
  let before: ReadonlyArray<ReadonlyArray<unknown>> = []
  let epoch = 0

  it("starts when it is told so, where it can be known, and begins a new epoch", async () => {
    before = await sessions()
    putBack(backup, dataDir, ...databases)
    if (sentence) expect(await refused()).toMatch(sentence)
    else deleteViews(dataDir)
    await service.start(env, ["--after-restore"])
    const events = logEvents(dataDir)
    expect(events.map(({ type }) => type)).toEqual(["LogOpened", "LogRestored"])
    epoch = Number(events[1]?.data["epoch"])
    expect(service.lines()).toContainEqual(expect.objectContaining({ event: "log_restored", epoch }))
  })

  it("what the platform knows of a submission that the backup knows is what it comes to", async () => {
    for (const [stage, { id, end }] of kept) {
      if (stage === "Requested" || stage === "CallStarted") continue
      const { state, submissionId, certificate, rejection, documents } = await api.until(id, end.state)
      expect([state, submissionId, certificate?.registrationId, rejection], stage).toEqual([
        end.state,
        end.submissionId,
        end.certificate?.registrationId,
        end.rejection
      ])
      // Of images that nobody remembers nothing is shown.
      const forgotten = { UrlsIssued: 2, rejected: 2, ImageUploaded: 1 }[stage] ?? 0
      expect(
        Object.values(documents).filter(({ uploaded }) => !uploaded),
        stage
      ).toHaveLength(forgotten)
      checkHistory(await api.history(id), [0, epoch])
    }
  })

  it("a confirmed submission that the backup does not know is for a person, and hidden by nobody", async () => {
    for (const stage of ["Requested", "CallStarted"]) {
      const { id, user } = kept.get(stage) as Kept
      const now = await api.until(id, (now) => "attention" in now)
      expect(now).toMatchObject({ state: "requested", attention: { reason: "another_submission" } })
      expect((await service.platform(user)).submissions).toHaveLength(1)
    }
  })

  it("a submission that was only opened stops nobody, nor does one of a registration that is forgotten", async () => {
    for (const each of [waiting.shift()?.id ?? "", (await api.start(forgottenUser)).id]) {
      await api.uploadBoth(each)
      await api.until(each, "issued")
      const claims = await claimsOf(each)
      expect(claims.map(({ call }) => call)).toEqual(["urls", "upload", "upload", "confirm"])
      for (const { call, try: n, sessionId } of claims)
        expect(sessionId).toBe(sessionOf(each, String(call), Number(n), epoch))
    }
  })

  it("nothing was confirmed twice, and no session was used again", async () => {
    await service.kill()
    for (const { submissions } of await Promise.all(users.map(service.platform)))
      for (const { confirmedUnder } of submissions) expect(confirmedUnder.length).toBeLessThanOrEqual(1)
    const after = (await sessions()).flatMap((all, n) => all.slice(before[n]?.length))
    expect(after.length).toBeGreaterThan(0)
    expect(after.filter((session) => before.flat().includes(session))).toEqual([])
    const { violations } = await service.simulator.ledger()
    // Who has forgotten the submission cannot name it.
    expect(violations.filter(({ call, rule }) => call !== "poll" || rule !== "submission-foreign")).toEqual([])
  })
})
