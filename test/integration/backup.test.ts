import { execFile } from "node:child_process"
import { hash } from "node:crypto"
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"
import { run as backup } from "../../src/infrastructure/commands/backup.ts"
import { rfc8785 } from "../support/rfc.ts"
import { runCommand } from "../support/run-command.ts"
import { runNode } from "../support/run-node.ts"
import { addSmall, rowsOf } from "../support/small-data.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const source = temporaryFolder()
beforeAll(async () => {
  await addSmall(source, 3)
})
const newFolder = () => join(temporaryFolder(), "backup")
/** The directory, to be spoilt. */
const copyOfSource = () => {
  const dataDir = temporaryFolder()
  cpSync(source, dataDir, { recursive: true })
  return dataDir
}
const inDatabase = (dataDir: string, file: string, sql: string) => {
  const db = new DatabaseSync(join(dataDir, file))
  db.exec(sql)
  db.close()
}
const endOf = (folder: string) =>
  rowsOf(folder, "log.db", "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1")[0]
const manifestIn = (folder: string) => JSON.parse(readFileSync(join(folder, "backup.json"), "utf8"))

describe("certreg backup", () => {
  it("copies log and vault into a new folder, says what they are, and what is not in it", async () => {
    const folder = newFolder()
    const before = new Date().toISOString()
    const { code, stdout } = await runCommand(backup, [folder], { DATA_DIR: source })
    expect(code).toBe(0)
    for (const word of ["master key", "signing key", "clients.json", "certreg erasures"]) expect(stdout).toContain(word)
    expect(readdirSync(folder).sort()).toEqual(["backup.json", "log.db", "vault.db"])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600)
    const manifest = manifestIn(folder)
    const [vault] = rowsOf(source, "vault.db", "SELECT vault.id, log.id AS logId FROM vault, log")
    expect(manifest).toMatchObject({ format: "certreg-backup-1", epoch: 0, log: endOf(source) })
    expect(manifest).toMatchObject({ vaultId: vault?.["id"], logId: vault?.["logId"] })
    expect(manifest.madeAt >= before && manifest.madeAt <= new Date().toISOString()).toBe(true)
    expect(readFileSync(join(folder, "backup.json"), "utf8")).toBe(`${rfc8785(manifest)}\n`)
    for (const { name, bytes, sha256 } of manifest.files) {
      const content = readFileSync(join(folder, name))
      expect([content.length, hash("sha256", content)], name).toEqual([bytes, sha256])
    }
  })

  it("has what lies in the WAL of a service that died, and takes an empty folder", async () => {
    const [dataDir, folder] = [copyOfSource(), temporaryFolder()]
    const died = temporaryFolder()
    const log = new DatabaseSync(join(dataDir, "log.db"))
    log.exec("INSERT INTO streams (name) VALUES ('other'); UPDATE writer SET epoch = 77")
    cpSync(dataDir, died, { recursive: true })
    log.close()
    expect(statSync(join(died, "log.db-wal")).size).toBeGreaterThan(0)
    expect(await runCommand(backup, [folder], { DATA_DIR: died })).toMatchObject({ code: 0 })
    expect(rowsOf(folder, "log.db", "SELECT epoch FROM writer")).toEqual([{ epoch: 77 }])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it("never calls a copy good in which log or vault lost its WAL", async () => {
    const dataDir = copyOfSource()
    // Somebody who reads all the time: what is written stays in the WAL.
    const readers = ["log.db", "vault.db"].map((file) => new DatabaseSync(join(dataDir, file), { readOnly: true }))
    for (const reader of readers) reader.prepare("SELECT * FROM writer").all()
    await addSmall(dataDir, 2)
    const lost = ["log.db", "vault.db"].map((file) => {
      const copy = temporaryFolder()
      cpSync(dataDir, copy, { recursive: true })
      rmSync(join(copy, `${file}-wal`))
      return copy
    })
    for (const reader of readers) reader.close()
    const folder = newFolder()
    for (const DATA_DIR of lost) {
      const answer = await runCommand(backup, [folder], { DATA_DIR })
      expect(answer).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("its WAL is missing, or it was put back")
      })
      expect(existsSync(folder)).toBe(false)
    }
    expect(await runCommand(backup, [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  })

  it("refuses a folder that holds something, or lies in DATA_DIR, and what is no data directory", async () => {
    const [taken, empty, target, link] = [temporaryFolder(), temporaryFolder(), newFolder(), newFolder()]
    writeFileSync(join(taken, "other"), "")
    symlinkSync(source, link)
    for (const [args, DATA_DIR, sentence] of [
      [[taken], source, "this one holds something"],
      [[source], source, "outside of DATA_DIR"],
      [[join(source, "backup")], source, "outside of DATA_DIR"],
      [[join(source, "backup")], link, "outside of DATA_DIR"],
      [[join(link, "backup")], source, "outside of DATA_DIR"],
      [[target], empty, "log.db: it is missing or empty"],
      [[], source, "Usage:"],
      [["--secret"], source, "Usage:"],
      [[target, "more"], source, "Usage:"]
    ] as const) {
      const answer = await runCommand(backup, args, { DATA_DIR })
      expect(answer, sentence).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(sentence) })
    }
    expect([readdirSync(taken), existsSync(target), existsSync(join(source, "backup"))]).toEqual([
      ["other"],
      false,
      false
    ])
  })

  it("is not made of a log whose end is not what was written, or of another vault's", async () => {
    const [damaged, mixed, folder] = [copyOfSource(), copyOfSource(), newFolder()]
    inDatabase(damaged, "log.db", "UPDATE events SET bytes = replace(bytes, 'personal', 'personel') WHERE position = 3")
    inDatabase(mixed, "vault.db", "UPDATE vault SET id = 'another'")
    for (const [DATA_DIR, code] of [
      [damaged, 1],
      [mixed, 2]
    ] as const) {
      const answer = await runCommand(backup, [folder], { DATA_DIR })
      expect(answer).toMatchObject({ code, stderr: expect.stringMatching(/revision 0 of the stream|belong together/) })
      expect(existsSync(folder)).toBe(false)
    }
    const empty = temporaryFolder()
    expect(await runCommand(backup, [empty], { DATA_DIR: damaged })).toMatchObject({ code: 1 })
    expect(readdirSync(empty)).toEqual([])
  })

  it("leaves no backup where the disk is full", async () => {
    const dataDir = copyOfSource()
    inDatabase(dataDir, "log.db", "CREATE TABLE filler AS SELECT randomblob(1000000) AS filler")
    const folder = newFolder()
    mkdirSync(folder)
    const certreg = fileURLToPath(new URL("../../src/infrastructure/certreg.ts", import.meta.url))
    // No file may be larger than 256 KiB, and what is beyond that is an error, as on a full disk.
    const script = `trap '' XFSZ; ulimit -f 512; exec "$0" "$1" backup "$2"`
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
      execFile(
        "sh",
        ["-c", script, process.execPath, certreg, folder],
        { env: { DATA_DIR: dataDir } },
        (error, _, stderr) => resolve({ code: error?.code, stderr })
      )
    )
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^log\.db cannot be copied \(SQLITE_\w+\)\.\n$/)])
    expect(readdirSync(folder)).toEqual([])
  })

  it("is made by two at once in two folders, while somebody writes; of two in one folder one is refused", async () => {
    const dataDir = copyOfSource()
    const [one, other, shared] = [newFolder(), newFolder(), newFolder()]
    const args = [one, other, shared, shared].map((folder) => ["backup", folder])
    const running = Promise.all(
      args.map((each) => runNode("src/infrastructure/certreg.ts", each, { DATA_DIR: dataDir }))
    )
    let isOver = false
    const ended = running.finally(() => {
      isOver = true
    })
    const accepted = await addSmall(dataDir, 20)
    while (!isOver) await addSmall(dataDir, 5)
    const codes = (await ended).map(({ code }) => code)
    expect([codes.slice(0, 2), codes.slice(2).sort()]).toEqual([
      [0, 0],
      [0, 2]
    ])
    for (const folder of [one, other, shared]) {
      const end = endOf(folder)
      expect(manifestIn(folder).log).toEqual(end)
      expect(endOf(folder)).toEqual(
        rowsOf(dataDir, "log.db", `SELECT position, hash FROM events WHERE position = ${end?.["position"]}`)[0]
      )
      const missing = new DatabaseSync(join(folder, "log.db"))
      missing.exec(`ATTACH '${join(folder, "vault.db")}' AS vault`)
      const sql = `SELECT count(*) AS n FROM events WHERE bytes ->> '$.data.personal.keyId' NOT IN (SELECT id FROM vault.keys)`
      expect(missing.prepare(sql).get()).toMatchObject({ n: 0 })
      missing.close()
    }
    expect(accepted.length).toBe(20)
  })
})
