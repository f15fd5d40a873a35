import { spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  closeSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { logStream } from "../../src/application/history/ids.ts"
import { checkpointText, firstPrevious, keyNameOf } from "../../src/application/proof/checkpoint-note.ts"
import { run } from "../../src/infrastructure/commands/verify.ts"
import { putBack } from "../support/put-back.ts"
import { runCommand } from "../support/run-command.ts"
import { signNote } from "../support/sign-note.ts"
import { logId, reported, signedLog } from "../support/signed-log.ts"
import { signingKey } from "../support/signing-keys.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { copyOf, tampered, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const verify = (dataDir: string, ...args: ReadonlyArray<string>) => runCommand(run, args, { DATA_DIR: dataDir })

/** With the checkpoint that a file of this content holds. */
const verifyWith = (content: string, dataDir = log.dataDir) => {
  const file = join(temporaryFolder(), "checkpoint")
  writeFileSync(file, content)
  return verify(dataDir, "--checkpoint", file)
}
const without = (from: string, ...endings: ReadonlyArray<string>) => {
  const dataDir = copyOf(from)
  for (const file of readdirSync(dataDir))
    if (endings.some((ending) => file.endsWith(ending))) rmSync(join(dataDir, file))
  return dataDir
}
const lastNote = log.signed.at(-1)?.note ?? ""

describe("certreg verify", () => {
  it("says how many events there are, what is covered, and who signs, after how far it is", async () => {
    const { code, stdout, stderr } = await verify(log.dataDir)
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const lines = stdout.split("\n")
    expect(lines.slice(-3)).toEqual([
      "1,811 events in 32 streams, all as they were written.",
      "4 checkpoints cover them up to position 1805; the last 5 are not covered yet.",
      `Signer: ${signingKey(2).publicKey}`
    ])
    expect(lines.slice(0, -3).at(-1)).toMatch(/^100 % {2}1,811 events in /)
  })

  it("says where the first fault is, and how many more there are", async () => {
    const [one = ""] = log.streams
    const changed = tampered(log.dataDir, ({ rewrite }) => rewrite(one, 20, (content) => ({ ...content, data: {} })))
    const { code, stderr } = await verify(changed)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      new RegExp(`^The event at revision 21 of the stream ${one} .*\nAfter it, 1 more fault was found\\.$`)
    )
  })

  it("takes a log that was opened before anything was signed, and its events that were covered later", async () => {
    const dataDir = temporaryFolder()
    const signer = signingKey(1)
    await Effect.gen(function* () {
      const old = yield* signedLog(undefined, { version: 1, data: { logId, vaultId: "v", esignEnvironment: "custom" } })
      for (let n = 0; n < 30; n++)
        yield* old.append(
          "registration-x",
          Array.from({ length: 40 }, () => reported)
        )
      yield* old.changeSigner(signer)
      for (let n = 0; n < 12; n++) yield* old.checkpoint(100)
    }).pipe(Effect.provide(sqliteLayer(dataDir)), Effect.runPromise)
    const { code, stdout } = await verify(dataDir)
    expect(code).toBe(0)
    expect(stdout).toContain("12 checkpoints cover them up to position 1200; the last one is not covered yet.")
    const changed = tampered(dataDir, ({ rewriteAll }) =>
      rewriteAll("registration-x", 850, (content) => ({ ...content, data: {} }))
    )
    const { stderr } = await verify(changed)
    expect(stderr).toMatch(/^The events at positions 801 to 900 are not those of the checkpoint at revision 9 /)
    expect(stderr).toMatch(/\nAfter it, 3 more faults were found\.$/)
  })

  it("takes no other arguments", async () => {
    for (const args of [["now"], ["--all"], ["--checkpoint"], ["--checkpoint="]])
      expect(await verify(log.dataDir, ...args), args.join(" ")).toMatchObject({ code: 2, stdout: "" })
  })
})

describe("the checkpoint that certreg verify is given", () => {
  it.each([
    ["the answer of GET /v1/checkpoint", JSON.stringify({ logId, revision: 4, note: lastNote })],
    ["its note", lastNote],
    ["its note as an editor saved it", `\uFEFF${lastNote.replaceAll("\n", "\r\n")}\r\n`],
    ["the answer as an editor saved it", `\uFEFF\r\n${JSON.stringify({ note: lastNote }, null, 2)}`]
  ])("may be %s", async (_, content) => {
    const { code, stdout } = await verifyWith(content)
    expect(code).toBe(0)
    expect(stdout).toContain("The given checkpoint is in the log, at revision 4.")
  })

  const checkpoint = { logId, previous: firstPrevious, count: 3, lastPosition: 3, root: firstPrevious }
  const noteOf = (signer: number, name = logId) =>
    signNote(checkpointText({ ...checkpoint, logId: name }), keyNameOf(name), signingKey(signer))
  const anotherLog = "01939d5e-0000-7000-8000-0000000000e9"
  it.each([
    ["one of another log", noteOf(2, anotherLog), "The given checkpoint is one of another log."],
    ["signed by somebody", noteOf(3), "The given checkpoint is not signed by a signer of this log."],
    [
      "one that the log does not have",
      noteOf(1),
      "The log does not have the given checkpoint, up to position 3, although"
    ]
  ])("is a fault if it is %s", async (_, note, sentence) => {
    const { code, stderr } = await verifyWith(note)
    expect(code).toBe(1)
    expect(stderr).toContain(sentence)
  })

  it.each([
    ["nothing", ""],
    ["something else", "{}"],
    ["one that is cut", lastNote.slice(0, -10)],
    ["one without its signature", log.signed.at(-1)?.text ?? ""],
    ["other bytes", "\0\uFFFD"]
  ])("is none if it is %s", async (_, content) => {
    expect(await verifyWith(content)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "The file that --checkpoint names holds no checkpoint: it takes the answer of GET /v1/checkpoint, or the signed note in it."
    })
  })

  it("shows that all was put back, which nothing in it tells, and that this was said", async () => {
    const { dataDir, before } = log
    const all = copyOf(dataDir)
    putBack(before, all, "log.db", "vault.db")
    rmSync(join(all, "views-1.db"))
    expect(await verify(all)).toMatchObject({ code: 0 })
    const given = await verifyWith(lastNote, all)
    expect(given).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("up to position 1805, although it is signed")
    })
    const restored = { type: "LogRestored", version: 1, recordedAt: "2026-11-27T00:00:00.000Z", data: { epoch: 1 } }
    const said = tampered(all, ({ insert }) => insert(logStream, undefined, restored))
    expect((await verify(said)).stdout).toContain(
      "The log was put back from a backup once, last at 2026-11-27T00:00:00.000Z."
    )
    expect((await verifyWith(lastNote, said)).stderr).toContain(
      `The log was put back from a backup once at 2026-11-27T00:00:00.000Z (revision 1 of the stream ${logStream}): what was recorded between that backup and then is forgotten, and its checkpoints with it.`
    )
  })
})

describe("certreg verify of what cannot be read as a whole", () => {
  it("works without rows, and does not say more than it saw without log or vault", async () => {
    expect(await verify(without(log.dataDir, "views-1.db"))).toMatchObject({ code: 0 })
    for (const file of ["log.db", "vault.db"])
      expect(await verify(without(log.dataDir, file))).toEqual({
        code: 2,
        stdout: "",
        stderr: `${file}: it is missing or empty: give the DATA_DIR of a service that was started once.`
      })
    const noRows = copyOf(log.dataDir)
    writeFileSync(join(noRows, "views-1.db"), "no rows at all, but something that is long enough to be looked at")
    expect(await verify(noRows)).toMatchObject({ code: 0 })
  })

  it("reads what is in -wal, and misses it where that was not copied", async () => {
    expect(await verify(without(log.before, "-shm"))).toMatchObject({ code: 0 })
    const { code, stderr } = await verify(without(log.before, "log.db-wal", "-shm"))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The log is empty: /)
  })

  it.each([100, 4096, 400_000])("says that a log is damaged that lacks %i bytes", async (bytes) => {
    const dataDir = without(log.dataDir, "-wal", "-shm")
    truncateSync(join(dataDir, "log.db"), statSync(join(dataDir, "log.db")).size - bytes)
    expect(await verify(dataDir)).toEqual({
      code: 2,
      stdout: "",
      stderr: "log.db: it is damaged, or no SQLite database: restore log and vault from one backup."
    })
  })

  it("says after which position it can be read no further", async () => {
    const dataDir = without(log.dataDir, "-wal", "-shm")
    const { size } = statSync(join(dataDir, "log.db"))
    const file = openSync(join(dataDir, "log.db"), "r+")
    writeSync(file, Buffer.alloc(4096), 0, 4096, Math.floor(size / 2 / 4096) * 4096)
    closeSync(file)
    const { code, stderr } = await verify(dataDir)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The log cannot be read any further after position [1-9]\d* \(SQLITE_CORRUPT\): /)
  })

  it("says what it needs of a directory where it may not write", async () => {
    const dataDir = without(log.dataDir, "-wal", "-shm")
    const root = process.getuid?.() === 0
    const nobody = 65534
    if (root) for (const file of [".", ...readdirSync(dataDir)]) chownSync(join(dataDir, file), nobody, nobody)
    chmodSync(dirname(dataDir), 0o711)
    chmodSync(dataDir, 0o555)
    const { status, stderr } = spawnSync(process.execPath, ["src/infrastructure/certreg.ts", "verify"], {
      env: { DATA_DIR: dataDir },
      encoding: "utf8",
      ...(root ? { uid: nobody, gid: nobody } : {})
    })
    chmodSync(dataDir, 0o755)
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        "log.db: it cannot be read (SQLITE_READONLY): see that this user may read it and write to its directory, where SQLite makes files beside it, or copy the whole directory to where he may, and set DATA_DIR to that.\n"
    })
  })
})
