import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { apiOf } from "../support/api.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { newLogAt } from "../support/log-of-run.ts"
import { type Finished, runNode } from "../support/run-node.ts"
import { type Env, type RunningProgram, startMain } from "../support/service-program.ts"
import { signingKeyFile } from "../support/signing-keys.ts"
import { startableEnv as env } from "../support/startable-env.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const server = await startEventStoreDb()
afterAll(() => server.kill())
/** Where nobody answers. */
const nowhere = "esdb://certreg:canary@127.0.0.1:9?tls=false"

const sqlite: Env = { EVENT_STORE: "sqlite" }
const url = server.url.replace("//", "//certreg:canary@")

/** The one sentence with which a program ended, without values. */
const sentenceOf = ({ stdout, stderr }: Finished): string => {
  expect(stdout).not.toContain('"listening"')
  expect(stdout + stderr).not.toMatch(/canary|\n\s+at |Error\b|died of a bug/)
  expect(stderr).toMatch(/^[^\n]+\.\n$/)
  return stderr.trimEnd()
}
const refused = async (variables: Env): Promise<string> => {
  const run = await runNode("src/infrastructure/main.ts", [], { ...env, ...variables }, temporaryFolder())
  expect(run.code).toBe(1)
  return sentenceOf(run)
}
const start = (variables: Env, args?: ReadonlyArray<string>) => startMain({ ...env, ...variables }, args)
const stop = async (program: RunningProgram): Promise<string> => {
  program.kill("SIGTERM")
  expect(await program.ended).toBe(0)
  expect(program.output()).not.toContain("canary")
  return program.output()
}
const init = (variables: Env) =>
  runNode("src/infrastructure/certreg.ts", ["init"], { ...env, ...variables }, temporaryFolder())

/** Each file with its content. Only of a directory that nobody has open. */
const contentOf = (dir: string) =>
  new Map(readdirSync(dir).map((file) => [file, readFileSync(join(dir, file)).toString("base64")]))
const answerOf = (program: RunningProgram, path: string) =>
  apiOf(() => `http://127.0.0.1:${program.port}`, "").send("GET", path)

describe("a service whose log is in EventStoreDB", () => {
  it("keeps keys and rows in DATA_DIR and no log, is ready, and goes on after a restart", async () => {
    const variables = { ...newLogAt(url), DATA_DIR: join(temporaryFolder(), "data") }
    for (let life = 0; life < 2; life++) {
      const program = await start(variables)
      expect(await answerOf(program, "/health/ready")).toMatchObject({
        status: 200,
        body: { dependencies: { eventStore: "up", keys: "up" } }
      })
      const metrics = String((await answerOf(program, "/metrics")).text)
      const databases = [...metrics.matchAll(/^certreg_database_bytes\{database="(\w+)"\}/gm)].map(([, name]) => name)
      expect(databases.toSorted()).toEqual(["vault", "views"])
      await stop(program)
      expect(readdirSync(variables.DATA_DIR).toSorted()).toEqual([
        "lock.db",
        "requests.db",
        "signing.key",
        "vault.db",
        "views-1.db"
      ])
    }
  })

  it("lets no second process into its directory", async () => {
    const variables = { ...newLogAt(url), DATA_DIR: temporaryFolder() }
    const program = await start(variables)
    expect(await refused(variables)).toMatch(/lock\.db: another process writes to this directory/)
    expect((await answerOf(program, "/health/ready")).status).toBe(200)
    await stop(program)
  })

  it("waits for a server that does not take calls yet, and says so once", async () => {
    const log = newLogAt(url)
    const stream = `${log["EVENTSTOREDB_STREAM_PREFIX"]}certreg-log`
    await server.fault({ on: "read", effect: "error", message: "Server Is Not Ready", stream, times: 4 })
    const output = await stop(await start({ ...log, DATA_DIR: temporaryFolder() }))
    const awaited = output.split("\n").filter((line) => line.includes('"event_store_awaited"'))
    expect(awaited.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: "warn", code: "unavailable" })
    ])
  })

  it("says nothing of its connection string to who listens to its libraries", async () => {
    const variables = { ...newLogAt(url), DATA_DIR: temporaryFolder(), DEBUG: "*" }
    expect(await stop(await start(variables))).not.toContain("esdb://")
  })

  it("alone loads the client", async () => {
    const hook = `import { registerHooks } from "node:module"
      let isSaid = false
      registerHooks({ load: (url, context, next) => {
        if (url.includes("@eventstore") && !isSaid) console.error("the client is loaded")
        isSaid ||= url.includes("@eventstore")
        return next(url, context)
      } })`
    const args = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`]
    const outputs = []
    for (const log of [sqlite, newLogAt(url)])
      outputs.push(await stop(await start({ ...log, DATA_DIR: temporaryFolder() }, args)))
    expect(outputs.map((output) => output.includes("the client is loaded"))).toEqual([false, true])
  })
})

describe("a start is refused with one sentence", () => {
  it("beside a log of SQLite, and with SQLite beside the vault of another log; both are left as they are", async () => {
    const log = newLogAt(url)
    const [here, there] = [temporaryFolder(), temporaryFolder()]
    await stop(await start({ ...sqlite, DATA_DIR: here }))
    await stop(await start({ ...log, DATA_DIR: there }))
    const before = [contentOf(here), contentOf(there)]
    expect(await refused({ ...log, DATA_DIR: here })).toMatch(/^certreg cannot start: log\.db: it holds a log, which/)
    expect(await refused({ ...sqlite, DATA_DIR: there })).toMatch(
      /^certreg cannot start: log\.db: it is missing .*restore both.*or set EVENT_STORE=eventstoredb/
    )
    expect([contentOf(here), contentOf(there)]).toEqual(before)
  })

  it("by a log of another vault, and the right one can be put there afterwards", async () => {
    const log = newLogAt(url)
    const [original, fresh] = [temporaryFolder(), join(temporaryFolder(), "data")]
    await stop(await start({ ...log, DATA_DIR: original }))
    for (let again = 0; again < 2; again++)
      expect(await refused({ ...log, DATA_DIR: fresh })).toMatch(/belongs to another vault.*: put the vault/)
    for (const file of ["vault.db", "signing.key"]) cpSync(join(original, file), join(fresh, file))
    await stop(await start({ ...log, DATA_DIR: fresh }))
  })

  it("by a connection string that cannot be used", async () => {
    const log = { ...newLogAt(`${url}&throwOnAppendFailure=false`), DATA_DIR: join(temporaryFolder(), "data") }
    const run = await runNode("src/infrastructure/main.ts", [], { ...env, ...log })
    expect(run).toMatchObject({ code: 1, stdout: "" })
    expect(run.stderr).toMatch(/^The configuration is wrong:\n {2}EVENTSTOREDB_URL does not take throwOnAppendFailure/)
    expect(run.stderr).not.toContain("canary")
    const noFile = await refused({ ...log, ...newLogAt("esdb://certreg:canary@127.0.0.1?tlsCAFile=canary.pem") })
    expect(noFile).toMatch(/^certreg cannot start: .*EventStoreDB.*\bEVENTSTOREDB_URL\b/)
  })
})

describe("in production", () => {
  const production: Env = { ...env, NODE_ENV: "production", SIGNING_KEY_FILE: signingKeyFile(1) }

  it("vault and log are made once, on purpose, and never beside a log that is there", async () => {
    const variables = { ...production, ...newLogAt(url), DATA_DIR: join(temporaryFolder(), "data") }
    mkdirSync(variables.DATA_DIR, { mode: 0o700 })
    expect(await refused(variables)).toMatch(/^DATA_DIR holds no vault\..*certreg -- init/)
    expect(readdirSync(variables.DATA_DIR)).toEqual([])
    expect(await init(variables)).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^Made log [0-9a-f-]{36} and its vault\.\n$/)
    })
    const before = contentOf(variables.DATA_DIR)
    const again = await init(variables)
    expect([again.code, sentenceOf(again)]).toEqual([2, "EventStoreDB holds a log already: nothing was changed."])
    expect(contentOf(variables.DATA_DIR)).toEqual(before)
    await stop(await start(variables))

    const elsewhere = { ...variables, DATA_DIR: temporaryFolder() }
    expect(await init(elsewhere)).toMatchObject({ code: 2, stderr: again.stderr })
    expect(readdirSync(elsewhere.DATA_DIR)).toEqual([])
    rmSync(join(variables.DATA_DIR, "vault.db"))
    expect(await refused(variables)).toMatch(/^DATA_DIR holds no vault\./)
  })

  it("what was made of them is made whole by the next one", async () => {
    const log = newLogAt(url)
    const variables = { ...production, ...log, DATA_DIR: temporaryFolder() }
    const stream = `${log["EVENTSTOREDB_STREAM_PREFIX"]}certreg-log`
    await server.fault({ on: "append", effect: "error", code: 7, stream })
    const half = await init(variables)
    expect([half.code, sentenceOf(half)]).toEqual([1, "The event store cannot be used (append, permission_denied)."])
    expect(readdirSync(variables.DATA_DIR)).toContain("vault.db")
    expect((await init(variables)).code).toBe(0)
    await stop(await start(variables))
  })

  it("nothing is made on purpose while no server answers, or beside a log of SQLite", async () => {
    const DATA_DIR = temporaryFolder()
    const unanswered = await init({ ...production, ...newLogAt(nowhere), DATA_DIR })
    expect(unanswered.code).toBe(1)
    expect(sentenceOf(unanswered)).toMatch(/^The event store cannot be used \(read, \w+\)\.$/)
    expect(readdirSync(DATA_DIR)).toEqual([])
    await stop(await start({ ...sqlite, DATA_DIR }))
    const before = contentOf(DATA_DIR)
    const beside = await init({ ...production, ...newLogAt(url), DATA_DIR })
    expect([beside.code, sentenceOf(beside)]).toEqual([1, expect.stringMatching(/^log\.db: it holds a log, which/)])
    expect(contentOf(DATA_DIR)).toEqual(before)
  })
})
