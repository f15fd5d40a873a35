import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { beforeAll, describe, expect, it } from "vitest"
import { openMigrated } from "../../src/adapters/sqlite/migrations.ts"
import { vault } from "../../src/adapters/sqlite/schema.ts"
import { unfitFileSystem } from "../../src/infrastructure/data-dir.ts"
import { apiOf } from "../support/api.ts"
import { atTheLatest } from "../support/at-the-latest.ts"
import { type Finished, runNode } from "../support/run-node.ts"
import { type Env, type RunningProgram, startMain } from "../support/service-program.ts"
import { signingKeyFile } from "../support/signing-keys.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString("base64")
const [masterKey, otherKey] = [keyOf(7), keyOf(8)]
// The platform is not there: no start needs it.
const withoutKey: Env = {
  PORT: "0",
  ESIGN_ENVIRONMENT: "custom",
  ESIGN_BASE_URL: "http://127.0.0.1:9",
  ESIGN_TOKEN_BASE_URL: "http://127.0.0.1:9",
  ESIGN_CLIENT_ID: "client",
  ESIGN_PASS_KEY: "pass-key-canary",
  ESIGN_ONBOARDING_PARTNER: "partner",
  ESIGN_CALLBACK_AUTH: "bearer callback-canary"
}
const env: Env = { ...withoutKey, MASTER_KEY: masterKey }
const production: Env = { ...env, NODE_ENV: "production", SIGNING_KEY_FILE: signingKeyFile(1) }

/** Words for the operator: without stack trace, secrets and values. */
const wordsOf = ({ stdout, stderr }: Finished): string => {
  expect(stdout).not.toContain('"listening"')
  expect(stderr).not.toMatch(/\n\s+at |Error\b|\bnode:|died of a bug/)
  for (const secret of [masterKey, otherKey, "canary"]) expect(stdout + stderr).not.toContain(secret)
  return stderr.trimEnd()
}
/** The one sentence of a start that is refused. */
const refused = async (variables: Env, cwd = temporaryFolder()): Promise<string> => {
  const run = await runNode("src/infrastructure/main.ts", [], variables, cwd)
  expect(run.code).toBe(1)
  const sentence = wordsOf(run).replace(/^The configuration is wrong:\n {2}/, "")
  expect(sentence).toMatch(/^[^\n]+\.$/)
  return sentence
}

const linesOf = (program: RunningProgram): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  program
    .output()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
const stop = async (program: RunningProgram): Promise<void> => {
  program.kill("SIGTERM")
  expect(await program.ended).toBe(0)
}
/** The log lines of a start that is none of those that are refused. */
const started = async (variables: Env) => {
  const program = await startMain(variables)
  await stop(program)
  return linesOf(program)
}

/** Each file with its content. Only of a directory that nobody has open. */
const contentOf = (dir: string) =>
  new Map(readdirSync(dir).map((file) => [file, readFileSync(join(dir, file)).toString("base64")]))

const [original, other] = [temporaryFolder(), temporaryFolder()]
beforeAll(() => Promise.all([original, other].map((DATA_DIR) => started({ ...env, DATA_DIR }))))
/** A copy of data that a service has written. */
const copy = (): string => {
  const dir = temporaryFolder()
  cpSync(original, dir, { recursive: true })
  chmodSync(dir, 0o700)
  return dir
}

describe("a start is refused with one sentence, and changes nothing,", () => {
  it.concurrent.for<readonly [string, (dir: string) => void, RegExp]>([
    ["without the vault", (dir) => rmSync(join(dir, "vault.db")), /vault\.db: it is missing .* restore both/],
    ["without the log", (dir) => rmSync(join(dir, "log.db")), /log\.db: it is missing .* restore both/],
    ["with an empty log", (dir) => writeFileSync(join(dir, "log.db"), ""), /log\.db: it is missing or empty/],
    [
      "with a vault that is text",
      (dir) => writeFileSync(join(dir, "vault.db"), "text ".repeat(1000)),
      /vault\.db: it is damaged.*: restore/
    ],
    [
      "with a part of a log",
      (dir) => writeFileSync(join(dir, "log.db"), readFileSync(join(dir, "log.db")).subarray(0, 9000)),
      /log\.db: it is damaged.*: restore/
    ],
    [
      "with a log of a later version",
      (dir) => {
        const db = new DatabaseSync(join(dir, "log.db"))
        db.exec("PRAGMA user_version = 99")
        db.close()
      },
      /log\.db: .*newer version.*: start that version/
    ]
  ])("%s", async ([, change, sentence]) => {
    const DATA_DIR = copy()
    change(DATA_DIR)
    const before = contentOf(DATA_DIR)
    expect(await refused({ ...env, DATA_DIR })).toMatch(sentence)
    expect(contentOf(DATA_DIR)).toEqual(before)
  })

  it.concurrent("without the master key that the data were made with, of which none is made", async () => {
    const DATA_DIR = copy()
    const before = contentOf(DATA_DIR)
    expect(await refused({ ...withoutKey, DATA_DIR })).toMatch(/^MASTER_KEY is missing: .*master\.key/)
    expect(contentOf(DATA_DIR)).toEqual(before)
  })
})

describe("data of somebody else refuse a start with one sentence:", () => {
  it.concurrent("another master key; of several one is enough", async () => {
    const DATA_DIR = copy()
    expect(await refused({ ...env, DATA_DIR, MASTER_KEY: otherKey })).toMatch(
      /^certreg cannot start: vault\.db: the given master keys do not open all of it: give /
    )
    await started({ ...env, DATA_DIR, MASTER_KEY: `${otherKey},${masterKey}` })
  })

  it.concurrent("another vault", async () => {
    const DATA_DIR = copy()
    cpSync(join(other, "vault.db"), join(DATA_DIR, "vault.db"))
    expect(await refused({ ...env, DATA_DIR })).toMatch(/belongs to another vault.*: put the vault/)
  })

  it.concurrent("another environment of the platform, by its word alone", async () => {
    const DATA_DIR = copy()
    const staging = { ESIGN_ENVIRONMENT: "staging", ESIGN_BASE_URL: "", ESIGN_TOKEN_BASE_URL: "" }
    expect(await refused({ ...env, DATA_DIR, ...staging })).toMatch(/belongs to ESIGN_ENVIRONMENT "custom": set that/)
    await started({ ...env, DATA_DIR, ESIGN_BASE_URL: "http://127.0.0.1:19" })
  })
})

describe("a second process", () => {
  it("is refused, by the same path and by a link, and the first goes on", async () => {
    const DATA_DIR = copy()
    const link = join(temporaryFolder(), "link")
    symlinkSync(DATA_DIR, link)
    const program = await startMain({ ...env, DATA_DIR })
    for (const dir of [DATA_DIR, link])
      expect(await refused({ ...env, DATA_DIR: dir })).toMatch(
        /another process writes to this directory: stop that one/
      )
    expect((await apiOf(() => `http://127.0.0.1:${program.port}`, "").send("GET", "/health/ready")).status).toBe(200)
    await stop(program)
    await started({ ...env, DATA_DIR: link })
  })
})

describe("a directory that cannot be used refuses a start", () => {
  it.concurrent("when it is a file, or below one", async () => {
    const file = join(temporaryFolder(), "file")
    writeFileSync(file, "")
    for (const [variables, DATA_DIR] of [
      [env, file],
      [withoutKey, join(file, "below")],
      [production, file]
    ] as const)
      expect(await refused({ ...variables, DATA_DIR })).toMatch(/^DATA_DIR takes a directory .*\(ENOTDIR\)/)
  })

  // Root may write everywhere: there the program becomes nobody first.
  const isRoot = process.getuid?.() === 0
  const asNobody: Env = isRoot
    ? { NODE_OPTIONS: '--import "data:text/javascript,process.setgid(65534),process.setuid(65534)"' }
    : {}
  it.skipIf(process.platform === "win32")("when it is not to be written, or not to be made", async (test) => {
    const probe = await runNode("src/infrastructure/certreg.ts", ["help"], asNobody)
    if (probe.code !== 0) return test.skip("nobody may not read this repository")
    const dir = temporaryFolder()
    const DATA_DIR = join(dir, "data")
    mkdirSync(DATA_DIR)
    chmodSync(DATA_DIR, 0o555)
    chmodSync(dir, 0o555)
    // The way to it is open to nobody, too.
    chmodSync(dirname(dir), 0o711)
    expect(await refused({ ...env, ...asNobody, DATA_DIR })).toMatch(/^DATA_DIR takes a directory .*\(EACCES\)/)
    for (const variables of [env, withoutKey])
      expect(await refused({ ...variables, ...asNobody, DATA_DIR: join(dir, "new") })).toMatch(
        /DATA_DIR takes a directory .*\(EACCES\)|new: it cannot be opened \(EACCES\): see that this user/
      )
    expect(readdirSync(dir)).toEqual(["data"])
    chmodSync(dir, 0o755)
  })
})

const fileSystemOf = (dir: string) =>
  process.platform === "linux" && existsSync(dir) ? unfitFileSystem(statfsSync(dir).type) : undefined
const fileSystem = fileSystemOf(temporaryFolder())
if (fileSystem !== undefined)
  console.warn(`Starts in production are not tested: temporary files are on ${fileSystem}, where they are refused.`)

const init = (variables: Env) => runNode("src/infrastructure/certreg.ts", ["init"], variables, temporaryFolder())

describe.skipIf(fileSystem !== undefined)("in production", () => {
  it("log and vault are made once, on purpose", async () => {
    const DATA_DIR = join(temporaryFolder(), "data")
    const variables = { ...production, DATA_DIR }
    expect(await refused(variables)).toMatch(/neither log nor vault.*certreg -- init/)
    mkdirSync(DATA_DIR, { mode: 0o700 })
    expect(await refused(variables)).toMatch(/neither log nor vault/)
    expect(readdirSync(DATA_DIR)).toEqual([])

    // As it lies there when the first one died at once.
    writeFileSync(join(DATA_DIR, "vault.db"), "")
    expect(await init(variables)).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^Made log .*\.\n$/)
    })
    const before = contentOf(DATA_DIR)
    const again = await init(variables)
    expect(again.code).toBe(2)
    expect(wordsOf(again)).toBe("DATA_DIR holds a log already: nothing was changed.")
    expect(contentOf(DATA_DIR)).toEqual(before)
    await started(variables)
  })

  it("what init was killed over is made whole by the next one", async () => {
    const DATA_DIR = join(temporaryFolder(), "data")
    mkdirSync(DATA_DIR, { mode: 0o700 })
    // The vault is made first and named last.
    openMigrated(DATA_DIR, vault).close()
    expect((await init({ ...production, DATA_DIR })).code).toBe(0)
    await started({ ...production, DATA_DIR })
  })

  it.each(["log.db", "vault.db"])("%s alone is not made anew, by a start or on purpose", async (file) => {
    const DATA_DIR = copy()
    rmSync(join(DATA_DIR, file))
    const before = contentOf(DATA_DIR)
    expect(await refused({ ...production, DATA_DIR })).toMatch(
      new RegExp(`^certreg cannot start: ${file}: it is missing`)
    )
    expect((await init({ ...production, DATA_DIR })).code).toBe(file === "log.db" ? 1 : 2)
    expect(contentOf(DATA_DIR)).toEqual(before)
  })
})

describe("a file system that forgets", () => {
  const memory = "/dev/shm"
  const isThere = process.platform === "linux" && fileSystemOf(memory) === "tmpfs"
  if (!isThere) console.warn(`Data in memory are not tested: ${memory} is no tmpfs.`)

  it.skipIf(!isThere)("is refused in production, and elsewhere told in the log", async () => {
    const dir = mkdtempSync(join(memory, "certreg-test-"))
    const isOver = atTheLatest(() => rmSync(dir, { recursive: true, force: true }))
    const inProduction = { ...production, DATA_DIR: join(dir, "data") }
    const sentence = /^DATA_DIR takes a directory on a disk of this machine; this one is on tmpfs/
    expect(await refused(inProduction)).toMatch(sentence)
    const made = await init(inProduction)
    expect(made.code).toBe(2)
    expect(wordsOf(made)).toMatch(/this one is on tmpfs/)
    expect(readdirSync(dir)).toEqual([])
    expect(await started({ ...env, DATA_DIR: dir })).toContainEqual(
      expect.objectContaining({ level: "warn", event: "data_dir_on_unfit_file_system", code: "tmpfs" })
    )
    expect(await refused({ ...inProduction, DATA_DIR: dir })).toMatch(sentence)
    rmSync(dir, { recursive: true })
    isOver()
  })
})

describe("a start says", () => {
  const warningsIn = (lines: Awaited<ReturnType<typeof started>>) =>
    lines.filter(({ level, event }) => level === "warn" && event !== "api_clients_missing")

  it("nothing of what is as it should be, and which port it took", async () => {
    const DATA_DIR = copy()
    const program = await startMain({ ...env, DATA_DIR })
    expect(program.port).toBeGreaterThan(0)
    expect((await apiOf(() => `http://127.0.0.1:${program.port}`, "").send("GET", "/health/live")).status).toBe(200)
    await stop(program)
    const usual = warningsIn(linesOf(program)).filter(({ event }) => event !== "data_dir_on_unfit_file_system")
    expect(usual).toEqual([])
  })

  it("that others may read the directory, and which variables it does not know, without their values", async () => {
    const DATA_DIR = copy()
    chmodSync(DATA_DIR, 0o755)
    const lines = await started({ ...env, DATA_DIR, ESIGN_SIMULATOR_SECRET: "canary", ESIGN_SERVICE_HOST: "10.0.0.1" })
    const warnings = warningsIn(lines).map(({ event, code }) => [event, code])
    if (process.platform !== "win32") expect(warnings).toContainEqual(["data_dir_open_to_others", undefined])
    expect(warnings.filter(([event]) => event === "variable_not_known")).toEqual([
      ["variable_not_known", "ESIGN_SIMULATOR_SECRET"]
    ])
    expect(JSON.stringify(lines)).not.toContain("canary")
  })

  it("which variable was meant by a slip of the pen", async () => {
    const { ESIGN_PASS_KEY, ...rest } = env
    const { code, stdout, stderr } = await runNode(
      "src/infrastructure/main.ts",
      [],
      { ...rest, ESIGN_PASSKEY: ESIGN_PASS_KEY ?? "", DATA_DIR: temporaryFolder() },
      temporaryFolder()
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr.trimEnd().split("\n").slice(1).toSorted()).toEqual([
      expect.stringMatching(/^ {2}ESIGN_PASSKEY is not known; ESIGN_PASS_KEY is\.$/),
      expect.stringMatching(/^ {2}ESIGN_PASS_KEY is missing; it takes /)
    ])
    expect(stderr).not.toContain("canary")
  })

  it("what is wrong with .env, which it reads where it is started", async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, ".env"), 'PORT="not a port"\r\n')
    const { PORT, ...rest } = env
    expect(await refused({ ...rest, DATA_DIR: copy() }, cwd)).toMatch(/^PORT takes a whole number/)
    rmSync(join(cwd, ".env"))
    mkdirSync(join(cwd, ".env"))
    expect(await refused({ ...env, PORT: PORT ?? "" }, cwd)).toBe(".env cannot be read (EISDIR).")
  })
})
