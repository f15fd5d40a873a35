import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, type Layer } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import { replay as replayLog, replayPart } from "../../src/application/replaying/replay.ts"
import { run } from "../../src/infrastructure/commands/replay.ts"
import { readingStores } from "../../src/infrastructure/reading.ts"
import { replayInParts } from "../../src/infrastructure/replay-in-parts.ts"
import { usersOf } from "../support/api.ts"
import { runCommand } from "../support/run-command.ts"
import { startService } from "../support/service.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const service = await startService({ env: { VERDICT_POLL_AFTER: "1 hour" } })
afterAll(() => service.close())
const { api } = service
const userWith = usersOf("replay")

const [issued = "", rejected = "", waiting = "", withdrawn = ""] = await Promise.all([
  api.register(userWith()),
  api.register(userWith("rejected-NOT_EKTP")),
  api.register(userWith("stuck silent")),
  api.register(userWith("silent stuck"))
])
await api.until(issued, "issued")
await api.until(rejected, "rejected")
await api.until(waiting, "awaiting_verdict")
await api.until(withdrawn, "awaiting_verdict")
await api.withdraw(withdrawn)

const replay = (dataDir: string, ...args: ReadonlyArray<string>) => runCommand(run, args, { DATA_DIR: dataDir })
type Stores = Layer.Success<ReturnType<typeof readingStores>>
const allIsWell = /^(\d+) events of 4 registrations: rows and messages are what today's code makes of them\.$/m

describe("certreg replay", () => {
  it("beside a service: all is well", async () => {
    const { code, stdout, stderr } = await replay(service.dataDir)
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).toMatch(allIsWell)
  })

  it("takes no arguments", async () => {
    const { code, stderr } = await replay(service.dataDir, "--all")
    expect(code).toBe(2)
    expect(stderr).toContain("certreg replay")
  })
})

describe("certreg replay, where somebody had a hand in it:", () => {
  const stopped = service.kill("SIGTERM")

  type Change = { readonly file: "log.db" | "views-1.db"; readonly sql: string }
  const changed = async (...changes: ReadonlyArray<Change>): Promise<string> => {
    await stopped
    const dataDir = join(temporaryFolder(), "data")
    cpSync(service.dataDir, dataDir, { recursive: true })
    for (const { file, sql } of changes) {
      const db = new DatabaseSync(join(dataDir, file))
      db.exec(sql)
      db.close()
    }
    return dataDir
  }
  const replayAfter = async (...changes: ReadonlyArray<Change>) => replay(await changed(...changes))
  const views = (sql: string): Change => ({ file: "views-1.db", sql })
  const log = (sql: string): Change => ({ file: "log.db", sql })
  const of = (id: string) => `(SELECT id FROM streams WHERE name = 'registration-${id}')`
  const messagesOf = (id: string) => `FROM messages WHERE registration_id = '${id}' AND position =
    (SELECT min(position) FROM messages WHERE registration_id = '${id}')`
  const strangers = "00000000-0000-4000-8000-000000000000"
  const rowAs = (id: string) =>
    views(`CREATE TEMP TABLE one AS SELECT * FROM registrations WHERE id = '${issued}';
      UPDATE one SET id = '${id}', submission_id = NULL; INSERT INTO registrations SELECT * FROM one`)

  const messageAtTheStart = views(`CREATE TEMP TABLE one AS SELECT * ${messagesOf(issued)};
    UPDATE one SET position = 1; INSERT INTO messages SELECT * FROM one`)

  it.for<readonly [string, ReadonlyArray<Change>, RegExp]>([
    ["nothing", [], allIsWell],
    [
      "a row's state",
      [views(`UPDATE registrations SET state = json_set(state, '$.submissions', 9) WHERE id = '${waiting}'`)],
      new RegExp(`^registration ${waiting}, revision \\d+: has another row than its events come to$`, "m")
    ],
    [
      "a row's submission",
      [views(`UPDATE registrations SET submission_id = 'other' WHERE id = '${issued}'`)],
      new RegExp(`^registration ${issued}, revision \\d+: has another row`, "m")
    ],
    [
      "a row's outcome",
      [views(`UPDATE registrations SET outcome_at = outcome_at + 1 WHERE id = '${rejected}'`)],
      new RegExp(`^registration ${rejected}, revision \\d+: has another row`, "m")
    ],
    [
      "a row that is behind",
      [views(`UPDATE registrations SET revision = revision - 1 WHERE id = '${issued}'`)],
      new RegExp(`^registration ${issued}, revision \\d+: has another row`, "m")
    ],
    [
      "a row that is ahead",
      [views(`UPDATE registrations SET revision = revision + 1 WHERE id = '${issued}'`)],
      new RegExp(`^registration ${issued}, revision \\d+: has a row that goes further than its events$`, "m")
    ],
    [
      "a row that is gone",
      [views(`DELETE FROM registrations WHERE id = '${withdrawn}'`)],
      new RegExp(`^registration ${withdrawn}: has no row$`, "m")
    ],
    [
      "a row of nobody",
      [rowAs(strangers)],
      new RegExp(`^registration ${strangers}: has a row, and the log has nothing of it$`, "m")
    ],
    [
      "a message's words",
      [
        views(
          `UPDATE messages SET json = replace(json, '"state":"requested"', '"state":"issued"') WHERE registration_id = '${issued}'`
        )
      ],
      new RegExp(`^registration ${issued}, revision 0: has another message of this event than today's code makes$`, "m")
    ],
    [
      "a message that is gone",
      [views(`DELETE ${messagesOf(issued)}`)],
      new RegExp(`^registration ${issued}, revision 0: has no message of this event$`, "m")
    ],
    [
      "a message of nothing",
      [messageAtTheStart],
      new RegExp(`^registration ${issued}(?:, revision \\d+)?: has a message where the log has nothing to tell$`, "m")
    ],
    [
      "a message where no event is",
      [messageAtTheStart, log("DELETE FROM events WHERE position = 1")],
      new RegExp(`^registration ${issued}: has a message where the log has nothing to tell$`, "m")
    ],
    [
      "an event that cannot be read",
      [
        log(
          `UPDATE events SET bytes = replace(bytes, '"type":"Confirmed"', '"type":"Confirmer"') WHERE stream = ${of(waiting)}`
        )
      ],
      new RegExp(`^registration ${waiting}, revision \\d+: has an event there that this version cannot read$`, "m")
    ],
    [
      "an event that is gone",
      [log(`DELETE FROM events WHERE revision = 1 AND stream = ${of(waiting)}`)],
      new RegExp(`^registration ${waiting}, revision 2: has lost an event before this one$`, "m")
    ]
  ])("%s", async ([, changes, words]) => {
    const { code, stdout, stderr } = await replayAfter(...changes)
    expect(`${stdout}\n${stderr}`).toMatch(words)
    expect(code).toBe(changes.length === 0 ? 0 : 1)
    if (changes.length === 0) return
    expect(stderr).toMatch(/^\d+ events of 4 registrations: \d+ differences? from what today's code makes of them\.$/m)
    expect(stderr).toMatch(/certreg (?:views rebuild|verify)/)
    expect(stderr).not.toMatch(/replay-\d|"state"|sim-/)
  })

  it("rows that are behind the log are no fault", async () => {
    const { code, stdout } = await replayAfter(
      views(`UPDATE generations SET position = (SELECT min(position) FROM messages) - 1;
        DELETE FROM registrations; DELETE FROM messages; DELETE FROM counts`)
    )
    expect(stdout).toMatch(/^\d+ events? of 0 registrations: rows and messages are what/m)
    expect(code).toBe(0)
  })

  it("rows that are ahead of where they say they are are compared with what they came to", async () => {
    const behind = views(
      "UPDATE generations SET position = (SELECT position FROM messages ORDER BY position LIMIT 1 OFFSET 5)"
    )
    const { code, stdout } = await replayAfter(behind)
    expect(stdout).toMatch(/rows and messages are what today's code makes of them\.$/m)
    expect(code).toBe(0)
    const other = views(`UPDATE registrations SET state = json_set(state, '$.submissions', 9) WHERE id = '${issued}'`)
    expect((await replayAfter(behind, other)).stderr).toMatch(
      new RegExp(`^registration ${issued}, revision \\d+: has another row`, "m")
    )
  })

  const inProcess = <E>(dataDir: string, parts: Parameters<typeof replayLog<E, Stores>>[0]) =>
    Effect.runPromise(
      replayLog(parts).pipe(Effect.provide(readingStores({ dataDir, eventStore: { kind: "sqlite" } }, "required")))
    )

  it("more registrations at once than are kept in memory come to the same", async () => {
    await stopped
    const { differences, registrations } = await inProcess(service.dataDir, (end) =>
      Effect.map(
        replayPart({ from: 0, to: end }, () => Effect.void, { page: 2, mostOpen: 1 }),
        (part) => [part]
      )
    )
    expect([differences.first, registrations]).toEqual([[], 4])
  })

  it.for<readonly [string, ReadonlyArray<Change>]>([
    ["nothing", []],
    ["a row", [views(`UPDATE registrations SET outcome_at = outcome_at + 1 WHERE id = '${issued}'`)]],
    ["rows that are gone", [views("DELETE FROM registrations")]],
    ["messages", [views("DELETE FROM messages WHERE position % 3 = 0")]],
    [
      "an event that cannot be read",
      [log(`UPDATE events SET bytes = replace(bytes, '"type":"UrlsIssued"', '"type":"UrlsIssue"')`)]
    ]
  ])("threads find the same as one alone: %s", async ([, changes]) => {
    const dataDir = await changed(...changes)
    const found = async (threads: number) => {
      const { differences, ...counts } = await inProcess(dataDir, (end) =>
        replayInParts({ dataDir }, end, threads, () => Effect.void)
      )
      return {
        ...counts,
        total: differences.total,
        first: new Set(differences.first.map((one) => JSON.stringify(one)))
      }
    }
    expect(await found(3)).toEqual(await found(1))
  })

  it("what cannot be read is no answer", async () => {
    const damaged = await replayAfter(log(`UPDATE events SET bytes = '{' WHERE stream = ${of(waiting)}`))
    expect([damaged.code, damaged.stderr]).toEqual([
      2,
      expect.stringMatching(/^The event store cannot be used \(feed, /)
    ])
    const dataDir = join(temporaryFolder(), "data")
    cpSync(service.dataDir, dataDir, { recursive: true })
    rmSync(join(dataDir, "views-1.db"))
    const without = await replay(dataDir)
    expect([without.code, without.stdout]).toEqual([2, ""])
    expect(without.stderr).toMatch(/views-1\.db/)
  })
})
