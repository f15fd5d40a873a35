import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { apiOf } from "../support/api.ts"
import { atTheLatest } from "../support/at-the-latest.ts"
import { eventually } from "../support/eventually.ts"
import { runNode } from "../support/run-node.ts"
import { type Env, type RunningProgram, startMain } from "../support/service-program.ts"
import { signingKeyFile } from "../support/signing-keys.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { filesUnder, tracesOf } from "../support/traces.ts"

const secrets = {
  "master key": Buffer.alloc(32, 9).toString("base64"),
  "client id": "client-id-that-nobody-sees",
  "pass-key": "pass-key-that-nobody-sees",
  "callback secret": "callback-secret-that-nobody-sees",
  // Part of what a PEM file of it holds.
  "signing key": Buffer.alloc(30, 5).toString("base64")
}
const env: Env = {
  PORT: "0",
  ESIGN_ENVIRONMENT: "sandbox",
  ESIGN_CLIENT_ID: secrets["client id"],
  ESIGN_PASS_KEY: secrets["pass-key"],
  ESIGN_ONBOARDING_PARTNER: "partner",
  ESIGN_CALLBACK_AUTH: `bearer ${secrets["callback secret"]}`,
  MASTER_KEY: secrets["master key"],
  SIGNING_KEY_FILE: signingKeyFile(5)
}

const answers = async ({ port }: RunningProgram) =>
  (await apiOf(() => `http://127.0.0.1:${port}`, "").send("GET", "/health/live")).status
const stop = async (program: RunningProgram): Promise<void> => {
  program.kill("SIGTERM")
  expect(await program.ended).toBe(0)
}

// Windows has neither these signals nor modes of files.
describe.skipIf(process.platform === "win32")("a running service", () => {
  it("has no secret in its environment, for its threads, in a diagnostic report, in its output or in a file", async () => {
    const folder = temporaryFolder()
    const file = join(folder, "seen.json")
    // Only the process itself knows what it knows: what the system keeps of its first environment cannot be taken back.
    const program = await startMain({ ...env, DATA_DIR: join(folder, "data"), SEEN_FILE: file }, [
      "--import",
      import.meta.resolve("../support/environment-program.ts"),
      "--report-on-signal",
      "--report-signal=SIGUSR2",
      `--report-directory=${folder}`
    ])
    program.kill("SIGUSR2")
    await eventually("what it sees", () => existsSync(file))
    const reports = () => readdirSync(folder).filter((name) => name.startsWith("report."))
    const report = await eventually("a report", () => {
      const [name] = reports()
      return name !== undefined && readFileSync(join(folder, name), "utf8").trimEnd().endsWith("}") && name
    })
    const seen = JSON.parse(readFileSync(file, "utf8"))
    for (const environment of [seen.environment, seen.inherited])
      expect(environment).toMatchObject({ ESIGN_ENVIRONMENT: "sandbox", SEEN_FILE: file })
    for (const held of [seen.report, JSON.parse(readFileSync(join(folder, report), "utf8"))]) {
      expect(held).toHaveProperty("header.processId")
      expect(held).not.toHaveProperty("environmentVariables")
    }
    await stop(program)
    expect(tracesOf(secrets, { ...filesUnder(folder), output: Buffer.from(program.output()) })).toEqual([])
  })

  it("opens no debugger when it is asked to, however it was started", async () => {
    const listens = "Debugger listening"
    // What any other program does, so that it is known what to look for.
    const naive = spawn(process.execPath, ["--inspect-port=0", "-e", "setInterval(() => {}, 1000); console.log('up')"])
    const isOver = atTheLatest(() => void naive.kill("SIGKILL"))
    let said = ""
    naive.stderr.on("data", (chunk) => {
      said += chunk
    })
    await once(naive.stdout, "data")
    naive.kill("SIGUSR1")
    await eventually("a debugger", () => said.includes(listens))
    naive.kill("SIGKILL")
    isOver()

    for (const args of [["--inspect-port=0"], ["--disable-sigusr1", "--report-exclude-env"]]) {
      const program = await startMain({ ...env, DATA_DIR: temporaryFolder() }, args)
      program.kill("SIGUSR1")
      expect(await answers(program)).toBe(200)
      program.kill("SIGUSR1")
      expect(await answers(program)).toBe(200)
      await stop(program)
      expect(program.output()).toContain('"listening"')
      expect(program.output()).not.toContain(listens)
    }
  })

  it.each(["000", "777"])("makes its directory and all files for its owner alone under the umask %s", async (umask) => {
    const NODE_OPTIONS = `--import "data:text/javascript,process.umask(0o${umask})"`
    const folder = temporaryFolder()
    const { MASTER_KEY, SIGNING_KEY_FILE, ...withoutKeys } = env
    // Not below the folder that the service makes: here the command makes it first.
    const clients = join(folder, "clients")
    for (const variables of [{ DATA_DIR: join(folder, "data") }, { API_CLIENTS_FILE: join(clients, "clients.json") }]) {
      const args = ["client", "add", "acme", "--scopes", "events:read"]
      const added = await runNode("src/infrastructure/certreg.ts", args, { ...variables, NODE_OPTIONS })
      expect(added).toMatchObject({ code: 0, stderr: "" })
    }
    const program = await startMain({ ...withoutKeys, DATA_DIR: join(folder, "data"), NODE_OPTIONS })
    expect(await answers(program)).toBe(200)
    const modes = Object.fromEntries(
      ["data", "clients", ...[...readdirSync(folder, { recursive: true })].map(String)].map((name) => [
        name,
        (statSync(join(folder, name)).mode & 0o777).toString(8)
      ])
    )
    await stop(program)
    const files =
      "clients.json clients.json.lock lock.db master.key signing.key log.db log.db-wal log.db-shm requests.db vault.db vault.db-wal"
    expect(modes).toEqual({
      data: "700",
      clients: "700",
      "clients/clients.json": "600",
      "clients/clients.json.lock": "600",
      ...Object.fromEntries(
        [...files.split(" "), "vault.db-shm", "views-1.db", "views-1.db-wal", "views-1.db-shm"].map((name) => [
          `data/${name}`,
          "600"
        ])
      )
    })
    expect(MASTER_KEY).toBe(secrets["master key"])
    expect(readFileSync(String(SIGNING_KEY_FILE), "utf8")).toContain(secrets["signing key"])
  })
})
