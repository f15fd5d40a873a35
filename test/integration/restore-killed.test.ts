import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { beforeAll, describe, expect, it } from "vitest"
import { sqliteReadOnlyLayer } from "../../src/adapters/sqlite/read-only.ts"
import { run as backup } from "../../src/infrastructure/commands/backup.ts"
import { run as restore } from "../../src/infrastructure/commands/restore.ts"
import { runCommand } from "../support/run-command.ts"
import { runNode } from "../support/run-node.ts"
import { addSmall, rowsOf } from "../support/small-data.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const preload = fileURLToPath(new URL("../support/die-at-preload.ts", import.meta.url))
const former = temporaryFolder()
const copy = join(temporaryFolder(), "backup")
const files = ["log.db", "log.db-wal", "vault.db", "views-1.db"]
/** What a restore makes by looking at the vault that is there. */
const left = ["log.db-shm", "vault.db-shm", "vault.db-wal"]

/** What a service left that died after the backup: its last events are in the WAL. */
beforeAll(async () => {
  const source = temporaryFolder()
  await addSmall(source, 2)
  expect(await runCommand(backup, [copy], { DATA_DIR: source })).toMatchObject({ code: 0 })
  await addSmall(source, 1)
  const log = new DatabaseSync(join(source, "log.db"))
  log.exec("UPDATE writer SET epoch = 77")
  cpSync(source, former, { recursive: true })
  log.close()
})

const dieRestoring = async (at: string): Promise<string> => {
  const dataDir = temporaryFolder()
  cpSync(former, dataDir, { recursive: true })
  const env = { DATA_DIR: dataDir, NODE_OPTIONS: `--import=${preload}`, DIE_AT: at }
  const { stdout } = await runNode("src/infrastructure/certreg.ts", ["restore", copy], env)
  expect(stdout, "what it says at its end").toBe("")
  return dataDir
}
/** How an attempt to open it ends. */
const opening = (layer: ReturnType<typeof sqliteLayer> | ReturnType<typeof sqliteReadOnlyLayer>) =>
  Effect.runPromise(
    Effect.match(Effect.provide(Effect.void, layer), {
      onSuccess: () => "opens",
      onFailure: ({ reason }) => reason as string
    })
  )
const epochIn = (folder: string) => rowsOf(folder, "log.db", "SELECT epoch FROM writer")[0]?.["epoch"]

describe("a restore that is killed", () => {
  it("before anything is moved leaves what was there, and the next start removes its copies", async () => {
    const dataDir = await dieRestoring("rmSync:1")
    expect(readdirSync(dataDir)).toContain("vault.db.partial")
    expect(await opening(sqliteLayer(dataDir))).toBe("opens")
    expect(epochIn(dataDir)).toBe(78)
    expect(readdirSync(dataDir).filter((name) => /partial|copied/.test(name))).toEqual([])
  })

  it.each([
    ["before the first file is moved aside", "renameSync:1"],
    ["between a database and its WAL", "renameSync:3"],
    ["between vault and log", "renameSync:9"],
    ["when all is in place", "renameSync:10"]
  ])("%s is found by the next start and the next reader, and made good by another one", async (_, at) => {
    const dataDir = await dieRestoring(at)
    expect([await opening(sqliteLayer(dataDir)), await opening(sqliteReadOnlyLayer(dataDir))]).toEqual([
      "half_restored",
      "half_restored"
    ])
    expect(await runCommand(restore, [copy], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
    const [aside = "", ...others] = readdirSync(dataDir).filter((name) => name.startsWith("before-restore-"))
    expect([aside, others]).toEqual([expect.not.stringContaining("unfinished"), []])
    expect(readdirSync(dataDir).sort()).toEqual([aside, "lock.db", "log.db", "vault.db"])
    expect(readdirSync(join(dataDir, aside)).sort()).toEqual([...files, ...left].sort())
    for (const file of files)
      expect(readFileSync(join(dataDir, aside, file)).equals(readFileSync(join(former, file))), file).toBe(true)
    expect([epochIn(dataDir), epochIn(join(dataDir, aside))]).toEqual([1, 77])
    expect(await opening(sqliteLayer(dataDir))).toBe("opens")
  })

  it("leaves a directory that held nothing to the next one", async () => {
    const dataDir = join(temporaryFolder(), "new")
    const env = { DATA_DIR: dataDir, NODE_OPTIONS: `--import=${preload}`, DIE_AT: "renameSync:2" }
    await runNode("src/infrastructure/certreg.ts", ["restore", copy], env)
    expect([existsSync(join(dataDir, "vault.db")), existsSync(join(dataDir, "log.db"))]).toEqual([true, false])
    expect(await opening(sqliteLayer(dataDir))).toBe("half_restored")
    expect(await runCommand(restore, [copy], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
    expect(await opening(sqliteLayer(dataDir))).toBe("opens")
  })
})
