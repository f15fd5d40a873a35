import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { beforeAll, describe, expect, it } from "vitest"
import { erasureLine } from "../../src/application/backups/erasure-list.ts"
import { manifestText, readManifest } from "../../src/application/backups/manifest.ts"
import { chain } from "../../src/application/history/chain.ts"
import { streamOf } from "../../src/application/history/ids.ts"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { run as backup } from "../../src/infrastructure/commands/backup.ts"
import { run as erasures } from "../../src/infrastructure/commands/erasures.ts"
import { run as restore } from "../../src/infrastructure/commands/restore.ts"
import { run as verify } from "../../src/infrastructure/commands/verify.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { runCommand } from "../support/run-command.ts"
import { runNode } from "../support/run-node.ts"
import { destroyKeys, signedTombstone } from "../support/signed-tombstones.ts"
import { addSmall, rowsOf, type Small } from "../support/small-data.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const preload = fileURLToPath(new URL("../support/die-at-preload.ts", import.meta.url))
const source = temporaryFolder()
const copy = join(temporaryFolder(), "backup")
let one: Small
beforeAll(async () => {
  one = (await addSmall(source, 3))[0] as Small
  expect(await runCommand(backup, [copy], { DATA_DIR: source })).toMatchObject({ code: 0 })
})

const copyOf = (dir: string) => {
  const dataDir = temporaryFolder()
  cpSync(dir, dataDir, { recursive: true })
  return dataDir
}
/** A directory that has gone on since the backup: its erasure is not in that. */
const erasedSince = async (small = one) => {
  const dataDir = copyOf(source)
  await destroyKeys(dataDir, small)
  return dataDir
}
const backupOf = async (dataDir: string) => {
  const folder = join(temporaryFolder(), "backup")
  expect(await runCommand(backup, [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  return folder
}
const list = () => {
  const file = join(temporaryFolder(), "erasures")
  writeFileSync(file, `${erasureLine(signedTombstone(one))}\n`)
  return file
}
/** As a kill leaves it between the event and the key. */
const eraseInLog = (dataDir: string) => {
  const stream = streamOf(one.id)
  const origin = { actor: { kind: "client", id: "acme" }, correlationId: newId() } as const
  const erased = [{ type: "PersonalDataErased", version: 1, data: { reason: "requested" } }] as const
  return EventStore.use((store) =>
    Effect.flatMap(store.read(stream), ({ tip }) =>
      store.append(stream, tip, chain(stream, tip, erased, origin, Date.now()))
    )
  ).pipe(Effect.provide(sqliteLayer(dataDir)), Effect.runPromise)
}
const holdsKey = (dataDir: string) => {
  const wrapped = rowsOf(copy, "vault.db", `SELECT wrapped FROM keys WHERE id = '${one.keyId}'`)[0]?.["wrapped"]
  return bytesIn(dataDir, "vault.db").includes(String(wrapped))
}

describe("certreg restore asks for the erasures of the directory that is there", () => {
  it.each([
    ["while they were moved aside", "renameSync:4"],
    ["once they were moved aside", "renameSync:6"]
  ])("also after a restore that died %s", async (_, at) => {
    const dataDir = await erasedSince()
    const env = { DATA_DIR: dataDir, NODE_OPTIONS: `--import=${preload}`, DIE_AT: at }
    await runNode("src/infrastructure/certreg.ts", ["restore", copy, "--erasures", list()], env)
    const aside = () => readdirSync(dataDir).filter((name) => name.startsWith("before-restore-"))
    expect(aside()).toEqual([expect.stringMatching(/-unfinished$/)])
    expect(await runCommand(restore, [copy], { DATA_DIR: dataDir })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("knows of erasures (1) that are not in the list")
    })
    expect(await runCommand(restore, [copy, "--erasures", list()], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
    expect([aside().length, holdsKey(dataDir)]).toEqual([1, false])
  })

  it("not for those that the backup knows itself", async () => {
    const dataDir = await erasedSince()
    const folder = await backupOf(dataDir)
    expect(await runCommand(restore, [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0, stderr: "" })
    expect(holdsKey(dataDir)).toBe(false)
  })

  it("and takes that of a registration which was forgotten in a restore since, and requested anew under another key", async () => {
    // Its id is that of the user's attempt: whoever asked again got the same one.
    const dataDir = await erasedSince({ id: one.id, keyId: newId() })
    const file = join(temporaryFolder(), "erasures")
    writeFileSync(file, (await runCommand(erasures, [], { DATA_DIR: dataDir })).stdout)
    expect(await runCommand(restore, [copy], { DATA_DIR: dataDir })).toMatchObject({ code: 2 })
    expect(await runCommand(restore, [copy, "--erasures", file], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
    expect(holdsKey(dataDir)).toBe(true)
  })

  it("of those, too, that are in its log and whose key nobody could destroy yet, unless the backup's log has them", async () => {
    const dataDir = copyOf(source)
    await eraseInLog(dataDir)
    expect(await runCommand(restore, [copy], { DATA_DIR: dataDir })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("knows of erasures (1) that did not get to their end")
    })
    const folder = await backupOf(dataDir)
    expect(await runCommand(restore, [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
    expect(await runCommand(restore, [copy, "--erasures", list()], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  })
})

describe("a directory that was put back, before its first start", () => {
  it("lists the erasures that it knows: no rows are needed for it", async () => {
    const [dataDir, file] = [join(temporaryFolder(), "new"), list()]
    expect(await runCommand(restore, [copy, "--erasures", file], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
    const { code, stdout } = await runCommand(erasures, [], { DATA_DIR: dataDir })
    expect([code, `${stdout}\n`]).toEqual([0, readFileSync(file, "utf8")])
  })

  it("has no fault, although its vault was copied later than its log", async () => {
    const dataDir = copyOf(source)
    await addSmall(dataDir, 2)
    const later = await backupOf(dataDir)
    // As of a service that writes: the log first, the vault a little later.
    const folder = copyOf(copy)
    cpSync(join(later, "vault.db"), join(folder, "vault.db"))
    const [first, second] = [copy, later].map((from) => readManifest(readFileSync(join(from, "backup.json"), "utf8")))
    const files = [first?.files[0], second?.files[1]].filter((file) => file !== undefined)
    if (first) writeFileSync(join(folder, "backup.json"), manifestText({ ...first, files }))
    const restored = join(temporaryFolder(), "restored")
    expect(await runCommand(restore, [folder], { DATA_DIR: restored })).toMatchObject({ code: 0 })
    expect(await runCommand(verify, [], { DATA_DIR: restored })).toMatchObject({ code: 0, stderr: "" })
  })
})
