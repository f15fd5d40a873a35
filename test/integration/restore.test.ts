import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect } from "effect"
import { beforeAll, describe, expect, it } from "vitest"
import { lockDataDir } from "../../src/adapters/sqlite/lock.ts"
import { erasureLine } from "../../src/application/backups/erasure-list.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { run as backup } from "../../src/infrastructure/commands/backup.ts"
import { run as restore } from "../../src/infrastructure/commands/restore.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { runCommand } from "../support/run-command.ts"
import { destroyKeys, signedTombstone } from "../support/signed-tombstones.ts"
import { addSmall, makeKeys, rowsOf, type Small } from "../support/small-data.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const receiptLine = (small: Small, changed: object = {}): string => {
  const { keyId, receipt } = signedTombstone(small)
  return erasureLine({ keyId, receipt: { ...receipt, ...changed } })
}

const source = temporaryFolder()
const copy = join(temporaryFolder(), "backup")
let small: ReadonlyArray<Small> = []
/** What the vault of the backup has of a key. */
const wrappedOf = (keyId: string) =>
  String(rowsOf(copy, "vault.db", `SELECT wrapped FROM keys WHERE id = '${keyId}'`)[0]?.["wrapped"])

beforeAll(async () => {
  small = await addSmall(source, 3)
  expect(await runCommand(backup, [copy], { DATA_DIR: source })).toMatchObject({ code: 0 })
})

/** A data directory that has gone on since the backup. */
const later = async () => {
  const dataDir = temporaryFolder()
  cpSync(source, dataDir, { recursive: true })
  await addSmall(dataDir, 1)
  writeFileSync(join(dataDir, "master.key"), "key")
  writeFileSync(join(dataDir, "requests.db"), "")
  return dataDir
}
const listOf = (...lines: ReadonlyArray<string>) => {
  const file = join(temporaryFolder(), "erasures")
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""))
  return file
}
const positions = (dataDir: string) => rowsOf(dataDir, "log.db", "SELECT count(*) AS n FROM events")[0]?.["n"]
const asidesIn = (dataDir: string) => readdirSync(dataDir).filter((name) => name.startsWith("before-restore-"))
const using = <A, E>(dataDir: string, work: Effect.Effect<A, E, Vault | Tombstones>) =>
  Effect.runPromise(Effect.provide(work, sqliteLayer(dataDir)))

describe("certreg restore", () => {
  it("moves aside what is there, and puts log and vault back", async () => {
    const dataDir = await later()
    const { code, stdout } = await runCommand(restore, [copy], { DATA_DIR: dataDir })
    expect(code).toBe(0)
    const [aside = ""] = asidesIn(dataDir)
    expect(aside).toMatch(/^before-restore-\d{8}T\d{9}Z$/)
    expect(stdout).toContain(`DATA_DIR/${aside}, with personal data`)
    expect(readdirSync(dataDir).sort()).toEqual([aside, "lock.db", "log.db", "master.key", "vault.db"])
    // Whoever looks at a database leaves an empty WAL.
    const former = readdirSync(join(dataDir, aside)).filter((name) => !/-(?:wal|shm)$/.test(name))
    expect(former.sort()).toEqual(["log.db", "requests.db", "vault.db", "views-1.db"])
    expect([positions(dataDir), positions(join(dataDir, aside))]).toEqual([4, 5])
    for (const file of ["log.db", "vault.db"]) expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, aside)).mode & 0o777).toBe(0o700)
    expect(
      await using(
        dataDir,
        Vault.use(({ log }) => log)
      )
    ).toMatchObject({ epoch: 0, isPutBack: true })
  })

  it("makes a directory that is not there", async () => {
    const dataDir = join(temporaryFolder(), "new")
    expect(await runCommand(restore, [copy], { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
    expect(readdirSync(dataDir).sort()).toEqual(["lock.db", "log.db", "vault.db"])
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  })

  it("destroys what was erased after the backup: no file has a byte of the keys", async () => {
    const [erased, kept] = small as [Small, Small]
    const unknown = { id: "5b0b5d3e-5d29-5d23-a0e5-6a8a5a5e0d10", keyId: "01939d5e-0000-7000-8000-000000000001" }
    const dataDir = join(temporaryFolder(), "new")
    const file = listOf(receiptLine(erased), "", receiptLine(unknown))
    const { code, stdout } = await runCommand(restore, [copy, "--erasures", file], { DATA_DIR: dataDir })
    expect([code, stdout]).toEqual([0, expect.stringContaining("2 erasures were applied.")])
    expect(bytesIn(copy).includes(wrappedOf(erased.keyId))).toBe(true)
    expect(bytesIn(dataDir).includes(wrappedOf(erased.keyId))).toBe(false)
    expect(bytesIn(dataDir).includes(wrappedOf(kept.keyId))).toBe(true)
    const states = await using(
      dataDir,
      Tombstones.use(({ stateOf }) => Effect.all([erased, unknown, kept].map(({ keyId }) => stateOf(keyId))))
    )
    expect(states).toMatchObject([
      { _tag: "Destroyed", receipt: { registrationId: erased.id, erasedBy: "acme" } },
      { _tag: "Destroyed", receipt: { registrationId: unknown.id } },
      { _tag: "Present" }
    ])
  })

  it("refuses a list with a line that is no receipt, or not a signed one, or of another key", async () => {
    const [one, other] = small as [Small, Small]
    const dataDir = await later()
    const good = receiptLine(one)
    const spaced = JSON.stringify(JSON.parse(good), null, 1).replaceAll("\n", "")
    for (const [line, rule] of [
      ["{}", "Line 2 of the file that --erasures names is no receipt."],
      ["secret-token", "Line 2 of the file that --erasures names is no receipt."],
      [spaced, "Line 2 of the file that --erasures names is no receipt."],
      [good.replace("{", '{"erasedBy":"b",'), "Line 2 of the file that --erasures names is no receipt."],
      [
        receiptLine(one, { erasedBy: "other" }),
        "Line 2 of the file that --erasures names has a signature that does not hold."
      ],
      [
        receiptLine(one, { signature: "" }),
        "Line 2 of the file that --erasures names has a signature that does not hold."
      ],
      [
        receiptLine({ ...one, keyId: other.keyId }),
        "A receipt names another key than the log has for its registration."
      ]
    ] as const) {
      const answer = await runCommand(restore, [copy, "--erasures", listOf(good, line)], { DATA_DIR: dataDir })
      expect(answer).toEqual({ code: 2, stdout: "", stderr: rule })
    }
    const missing = await runCommand(restore, [copy, "--erasures", join(dataDir, "none")], { DATA_DIR: dataDir })
    expect(missing).toEqual({ code: 2, stdout: "", stderr: "The file that --erasures names cannot be read (ENOENT)." })
    expect([asidesIn(dataDir), positions(dataDir)]).toEqual([[], 5])
  })

  it("refuses a list without what was erased in the directory that is there", async () => {
    const dataDir = await later()
    const line = receiptLine(small[0] as Small)
    await destroyKeys(dataDir, small[0] as Small)
    const answer = await runCommand(restore, [copy], { DATA_DIR: dataDir })
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining("knows of erasures (1)") })
    expect([asidesIn(dataDir), positions(dataDir)]).toEqual([[], 5])
    const args = [copy, "--erasures", listOf(line)]
    expect(await runCommand(restore, args, { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  })

  it("refuses a directory that is in use", async () => {
    const dataDir = await later()
    const lock = lockDataDir(dataDir)
    const answer = await runCommand(restore, [copy], { DATA_DIR: dataDir })
    lock.close()
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining("DATA_DIR is in use") })
    expect([asidesIn(dataDir), positions(dataDir)]).toEqual([[], 5])
  })

  it.each<readonly [string, string, (folder: string) => void]>([
    ["no manifest", "no such backup.json", (folder) => rmSync(join(folder, "backup.json"))],
    ["half a manifest", "no such backup.json", (folder) => truncateSync(join(folder, "backup.json"), 100)],
    ["a log that lost its end", "log.db is not what", (folder) => truncateSync(join(folder, "log.db"), 8192)],
    ["no vault", "vault.db is not what", (folder) => rmSync(join(folder, "vault.db"))],
    [
      "a vault that was opened and changed",
      "vault.db is not what",
      (folder) => {
        const vault = new DatabaseSync(join(folder, "vault.db"))
        vault.exec("UPDATE tips SET commits = 0")
        vault.close()
      }
    ],
    [
      "a manifest of another version",
      "no such backup.json",
      (folder) => {
        const text = readFileSync(join(folder, "backup.json"), "utf8")
        writeFileSync(join(folder, "backup.json"), text.replace("certreg-backup-1", "certreg-backup-2"))
      }
    ],
    [
      "a manifest that says another end",
      "log.db is not what",
      (folder) => {
        const text = readFileSync(join(folder, "backup.json"), "utf8")
        writeFileSync(join(folder, "backup.json"), text.replace('"position":4', '"position":5'))
      }
    ]
  ])("refuses a backup with %s", async (_, sentence, spoil) => {
    const [folder, dataDir] = [temporaryFolder(), join(temporaryFolder(), "new")]
    cpSync(copy, folder, { recursive: true })
    spoil(folder)
    const answer = await runCommand(restore, [folder], { DATA_DIR: dataDir })
    expect(answer).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(sentence) })
    expect(existsSync(dataDir)).toBe(false)
  })

  it("does not mix a backup with a log and one without", async () => {
    const elsewhere = { EVENT_STORE: "eventstoredb", EVENTSTOREDB_URL: "esdb://localhost:1" }
    const [vaultOnly, folder, dataDir] = [temporaryFolder(), join(temporaryFolder(), "b"), join(temporaryFolder(), "d")]
    await makeKeys(vaultOnly, 2)
    const made = await runCommand(backup, [folder], { DATA_DIR: vaultOnly, ...elsewhere })
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining("backed up by its own means") })
    expect(readdirSync(folder).sort()).toEqual(["backup.json", "vault.db"])
    for (const [from, env] of [
      [folder, {}],
      [copy, elsewhere]
    ] as const)
      expect(await runCommand(restore, [from], { DATA_DIR: dataDir, ...env })).toMatchObject({ code: 2, stdout: "" })
    expect(existsSync(dataDir)).toBe(false)
    expect(await runCommand(restore, [folder], { DATA_DIR: dataDir, ...elsewhere })).toMatchObject({ code: 0 })
    expect(readdirSync(dataDir).sort()).toEqual(["lock.db", "vault.db"])
    expect(rowsOf(dataDir, "vault.db", "SELECT put_back FROM log")).toEqual([{ put_back: 1 }])
  })

  it.each([[[]], [["a", "b"]], [["--erasures", "x"]], [["a", "--erasures"]], [["a", "--secret"]]])(
    "refuses the arguments %j",
    async (args) => {
      expect(await runCommand(restore, args, {})).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Usage:/) })
    }
  )
})
