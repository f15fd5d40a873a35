import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import { run } from "../../src/infrastructure/commands/history.ts"
import { loseEvents } from "../support/damaged-log.ts"
import { tomorrows, unrecorded } from "../support/recorded-events.ts"
import { histories } from "../support/registration-events.ts"
import { runCommand } from "../support/run-command.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const dataDir = temporaryFolder()
const idOf = (n: number) => `01939d5e-0000-7000-8000-00000000000${n}`
const [whole, odd, unreadable, holed] = [idOf(1), idOf(2), idOf(3), idOf(4)]
await Effect.runPromise(
  Effect.forEach(
    [
      unrecorded(whole, histories.issued),
      unrecorded(odd, [...histories.awaiting, tomorrows]),
      unrecorded(unreadable, [tomorrows, ...histories.requested]),
      unrecorded(holed, histories.issued)
    ],
    (events) => EventStore.use((store) => store.append(events[0]?.stream ?? "", noStream, events))
  ).pipe(Effect.provide(sqliteLayer(dataDir)))
)
loseEvents(dataDir, `registration-${holed}`, "revision = 3")

const history = (...args: ReadonlyArray<string>) => runCommand(run, args, { DATA_DIR: dataDir })
const revisionsIn = (stdout: string) =>
  [...stdout.matchAll(/^ +(\d+) {2}\d{4}-/gm)].map(([, revision]) => Number(revision))

describe("certreg history", () => {
  it("shows all events, and those up to a revision or a time", async () => {
    const all = await history(whole)
    expect(all).toMatchObject({ code: 0, stderr: "" })
    expect(revisionsIn(all.stdout)).toEqual(histories.issued.map((_, revision) => revision))
    expect(all.stdout).toMatch(/^state +issued$/m)
    const then = await history(whole, "--as-of", "2")
    expect(revisionsIn(then.stdout)).toEqual([0, 1, 2])
    expect(then.stdout).toMatch(/^state +awaiting_images$/m)
    // One event a second.
    expect((await history(whole, "--as-of", "2026-11-25T17:00:02.999+07:00")).stdout).toBe(then.stdout)
    const { registration, events } = JSON.parse((await history(whole, "--as-of", "2", "--json")).stdout)
    expect(registration).toMatchObject({ id: whole, state: "awaiting_images", revision: 2 })
    expect(events).toHaveLength(3)
  })

  it("says that there is none, or was none yet", async () => {
    const nothing = { code: 2, stdout: "", stderr: "There is no such registration." }
    expect(await history(idOf(9))).toEqual(nothing)
    expect(await history("certreg-log")).toEqual({ ...nothing, stderr: "The id of a registration is a UUID." })
    expect(await history(whole, "--as-of", "2026-11-25T09:59:59.999Z")).toEqual({
      ...nothing,
      stderr: "There is no such registration, or there was none yet."
    })
    expect(await history()).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^Usage: /) })
  })

  it("shows events that this version cannot read as they are stored", async () => {
    const last = histories.awaiting.length
    const sentence = `The event at revision ${last} of the stream registration-${odd} cannot be read by this version: what it came to is not known.`
    const { code, stdout } = await history(odd)
    expect(code).toBe(1)
    expect(revisionsIn(stdout)).toHaveLength(last + 1)
    expect(stdout).toContain("CertificateRenewed.v1")
    expect(stdout).toMatch(/^attention +reason unreadable_event, /m)
    expect(stdout.split("\n").at(-1)).toBe(sentence)
    const json = await history(odd, "--json")
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout).events).toHaveLength(last + 1)
  })

  it("shows them also where nothing is known of the registration", async () => {
    const sentence = `The event at revision 0 of the stream registration-${unreadable} cannot be read by this version: what it came to is not known.`
    const { code, stdout } = await history(unreadable)
    expect({ code, shown: revisionsIn(stdout) }).toEqual({ code: 1, shown: [0, 1] })
    expect(stdout.split("\n").slice(-2)).toEqual(["", sentence])
    expect(await history(unreadable, "--json")).toEqual({ code: 2, stdout: "", stderr: sentence })
  })

  it("says which event is missing", async () => {
    const { code, stdout } = await history(holed)
    expect({ code, shown: revisionsIn(stdout) }).toEqual({ code: 1, shown: [0, 1, 2] })
    expect(stdout.split("\n").at(-1)).toBe(
      `The event at revision 3 of the stream registration-${holed} is missing: what came after it is not shown.`
    )
  })
})
