import { hash } from "node:crypto"
import { closeSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, Layer } from "effect"
import { afterAll, beforeEach, expect, it } from "vitest"
import { sqliteEventStoreLayer } from "../../src/adapters/sqlite/event-store.ts"
import { sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { chain } from "../../src/application/history/chain.ts"
import { EventStore, noStream } from "../../src/application/ports/event-store.ts"
import { apiOf, type Json, usersOf } from "../support/api.ts"
import { deleteViews } from "../support/delete-views.ts"
import { eventually } from "../support/eventually.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { throwFatal } from "../support/sqlite.ts"

const service = await startService()
afterAll(() => service.close())
const { api, dataDir, env, simulator } = service
const userWith = usersOf("checked")

const user = userWith()
const id = await api.register(user)
await api.until(id, "issued")
const stream = `registration-${id}`
await service.kill("SIGTERM")

/** Something done to the log while no process has it. */
const onLog = <A>(work: (log: DatabaseSync) => A): A => {
  const log = new DatabaseSync(join(dataDir, "log.db"))
  try {
    return work(log)
  } finally {
    log.close()
  }
}
const onVault = (sql: string): void => {
  const vault = new DatabaseSync(join(dataDir, "vault.db"))
  vault.exec(sql)
  vault.close()
}
const changing = (sql: string) => () => onLog((log) => log.exec(sql))
const ofStream = `stream = (SELECT id FROM streams WHERE name = '${stream}')`
const at = (revision: number) => `${ofStream} AND revision = ${revision}`

const whole = onLog((log) => log.prepare("SELECT position, stream, revision, bytes, hash FROM events").all())
const names = onLog((log) => log.prepare("SELECT id, name FROM streams").all())
beforeEach(() => {
  // They know more than the log that is put back, and so does the vault.
  deleteViews(dataDir)
  onVault("DELETE FROM checkpoint; UPDATE tips SET log_end = NULL")
  onLog((log) => {
    log.exec("BEGIN; DELETE FROM events; DELETE FROM streams")
    const insert = log.prepare("INSERT INTO events (position, stream, revision, bytes, hash) VALUES (?, ?, ?, ?, ?)")
    for (const row of whole) insert.run(...Object.values(row))
    for (const row of names) log.prepare("INSERT INTO streams (id, name) VALUES (?, ?)").run(...Object.values(row))
    log.exec("COMMIT")
  })
})

const otherLabel = `UPDATE events SET bytes = replace(bytes, '"acme"', '"acne"') WHERE ${at(0)}`
/** Changes the first event, and gives it the hash that it then needs. */
const forged = () =>
  onLog((log) => {
    log.exec(otherLabel)
    const { bytes } = log.prepare(`SELECT bytes FROM events WHERE ${at(0)}`).get() as { bytes: string }
    log.prepare(`UPDATE events SET hash = ? WHERE ${at(0)}`).run(hash("sha256", bytes))
  })

const noEvent = () =>
  onLog((log) => log.prepare(`UPDATE events SET bytes = 'x', hash = ? WHERE ${at(2)}`).run(hash("sha256", "x")))

it.for<readonly [string, () => void, revision: number, what: RegExp]>([
  ["whose bytes were changed", changing(otherLabel), 0, /its content does not match its hash/],
  ["whose hash was changed", changing(`UPDATE events SET hash = '${"0".repeat(64)}' WHERE ${at(2)}`), 2, /its hash/],
  ["that was forged with its hash", forged, 1, /does not follow on the event before it/],
  ["that is none, with the hash of just that", noEvent, 2, /its content does not match its hash/],
  ["that was moved", changing(`UPDATE events SET revision = 1000 WHERE ${at(3)}`), 1000, /for another place/],
  [
    "that is in another stream",
    changing(`UPDATE streams SET name = '${stream}' || '-2' WHERE name = '${stream}'`),
    0,
    /for another place/
  ],
  ["whose stream has no name", changing(`DELETE FROM streams WHERE name = '${stream}'`), 0, /for another place/]
])("a log with an event %s is no start", async ([, change, revision, what]) => {
  change()
  const calls = (await simulator.ledger()).calls
  const { code, stdout, stderr } = await runNode("src/infrastructure/main.ts", [], env)
  expect(code).toBe(1)
  expect(stdout).not.toContain('"listening"')
  expect(stderr).toMatch(what)
  expect(stderr).toContain(`revision ${revision} of `)
  if (!stderr.includes("without a name")) expect(stderr).toContain(stream)
  expect(stderr).toContain("start with a backup of DATA_DIR")
  expect(stderr).not.toMatch(new RegExp(`${user}|acme|acne|\\n\\s+at `))
  expect((await simulator.ledger()).calls).toEqual(calls)
})

/** So many events of a stream that is nobody's registration, after all others. */
const appendFiller = (count: number) => {
  const data = Array.from({ length: count }, (_, n) => ({ type: "Noted", version: 1, data: { n } }))
  const origin = { actor: { kind: "operator", id: "test" }, correlationId: "c" } as const
  const database = sqliteDatabaseLayer({ dataDir, onFatal: throwFatal })
  return Effect.runPromise(
    EventStore.use((store) =>
      store.append("filler", noStream, chain("filler", noStream, data, origin, Date.now()))
    ).pipe(Effect.provide(sqliteEventStoreLayer.pipe(Layer.provide(database))))
  )
}

type Checked = { readonly checkedTo: number; readonly of: number; readonly at?: string; readonly problem?: string }
const ready = async () => {
  const answer = await apiOf(service.url, "").send<Json & { history: Checked }>("GET", "/health/ready")
  return { ...answer, history: answer.body.history }
}
const wholeHistory = () =>
  eventually("the end of the check", async () => {
    const { history } = await ready()
    return history.at === undefined ? undefined : history
  })
const damages = () => service.lines().filter(({ event }) => event === "history_damaged")

it("the whole history is checked beside the work, and ready says how far", async () => {
  await appendFiller(1000)
  await service.start()
  const history = await wholeHistory()
  // So many events bring a checkpoint, which is one more.
  expect(history.of).toBeGreaterThanOrEqual(whole.length + 1000)
  expect(history).toEqual({ checkedTo: history.of, of: expect.any(Number), at: expect.any(String) })
  expect(Date.parse(String(history.at))).toBeLessThanOrEqual(Date.now())
  expect(damages()).toEqual([])
  await api.until(await api.register(userWith()), "issued")
  expect((await ready()).history.of).toBeGreaterThan(history.of)
  expect(await service.kill("SIGTERM")).toBe(0)
})

it("what was changed before the last 1,000 events is found later, said loudly, and stops nobody", async () => {
  forged()
  await appendFiller(1000)
  onLog((log) =>
    log.exec("UPDATE events SET position = 0 WHERE stream = (SELECT max(id) FROM streams) AND revision = 500")
  )
  await service.start()
  const { problem } = await wholeHistory()
  expect(problem).toBe(
    "The event at revision 500 of the stream filler is not the one that was written: it was written for another place."
  )
  expect(damages()).toEqual([
    expect.objectContaining({ level: "error", stream: "filler", revision: 500, code: "other_place" }),
    expect.objectContaining({ level: "error", stream, revision: 1, code: "other_predecessor" })
  ])
  expect(await ready()).toMatchObject({ status: 200, body: { status: "ready", dependencies: { eventStore: "up" } } })
  await api.until(await api.register(userWith()), "issued")
  await service.kill("SIGTERM")
})

it("a log with an event whose predecessor is gone is one for all others", async () => {
  changing(`DELETE FROM events WHERE ${at(1)}`)()
  await service.start()
  expect(damages()).toContainEqual(
    expect.objectContaining({ level: "error", stream, revision: 2, code: "missing_predecessor" })
  )
  expect(await api.get(id)).toMatchObject({ attention: { reason: "unreadable_event" } })
  await api.until(await api.register(userWith()), "issued")
  await service.kill("SIGTERM")
})

/** Overwrites the second page of events: the first one holds the event that every start reads. */
const losePage = () => {
  const number = onLog((log) => {
    log.exec("PRAGMA wal_checkpoint(TRUNCATE)")
    const leaves =
      "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 1"
    return (log.prepare(leaves).get() as { pageno: number }).pageno
  })
  const file = openSync(join(dataDir, "log.db"), "r+")
  writeSync(file, Buffer.alloc(4096), 0, 4096, (number - 1) * 4096)
  closeSync(file)
}

it("a page that the disk has lost is told of as long as it cannot be read", async () => {
  await appendFiller(1000)
  await service.start()
  await wholeHistory()
  await service.kill("SIGTERM")
  losePage()
  await service.start()
  const { problem } = await eventually("the problem", async () => {
    const { history } = await ready()
    return history.problem !== undefined && history
  })
  expect(problem).toMatch(/^The log cannot be read beyond position \d+ \(SQLITE_CORRUPT\)\.$/)
  expect(service.lines()).toContainEqual(
    expect.objectContaining({ event: "work_failed", operation: "check_history", code: "SQLITE_CORRUPT" })
  )
  expect((await ready()).status).toBe(200)
})
