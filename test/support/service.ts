import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Options } from "../../src/simulator/options.ts"
import type { UserReport } from "../../src/simulator/reports.ts"
import { type Api, apiOf, eventually } from "./api.ts"
import { runNode } from "./run-node.ts"
import { type SimulatorProcess, startSimulator } from "./simulator.ts"

const MAIN = fileURLToPath(new URL("../../src/infrastructure/main.ts", import.meta.url))

export const callbackSecret = "callback-secret-of-the-tests"
export const userIdType = "ACME_USER_ID"

export type Env = Readonly<Record<string, string>>
type Seen = Pick<UserReport, "calls" | "submissions" | "callbacks">
export interface LogLine {
  readonly event: string
  readonly [field: string]: unknown
}

/** Short pauses, so that nothing has to be waited for that a test does not test; a short time limit, since some calls hang. */
const inTests: Env = {
  HOST: "127.0.0.1",
  PORT: "0",
  ESIGN_ENVIRONMENT: "custom",
  PARTNER_USER_ID_TYPE: userIdType,
  ESIGN_CALLBACK_AUTH: `bearer ${callbackSecret}`,
  ESIGN_TIMEOUT: "2 seconds",
  RETRY_MAX_DELAY: "1 second",
  SWEEP_INTERVAL: "500 millis",
  LOG_LEVEL: "trace"
}

/** The configuration of a service that uses this simulator. */
export const envFor = ({ baseUrl, tokenBaseUrl, storageHost, credentials }: SimulatorProcess): Env => ({
  ...inTests,
  ESIGN_BASE_URL: baseUrl,
  ESIGN_TOKEN_BASE_URL: tokenBaseUrl,
  ESIGN_STORAGE_HOSTS: storageHost,
  ESIGN_CLIENT_ID: credentials.clientId,
  ESIGN_PASS_KEY: credentials.passKey,
  ESIGN_ONBOARDING_PARTNER: credentials.onboardingPartner
})

const running = new Set<ChildProcess>()
// What a test that broke off left behind ends with its worker.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})

export interface RunningProgram {
  readonly port: number
  readonly output: () => string
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  readonly kill: (signal: NodeJS.Signals) => void
}

/** Starts the service with nothing in its environment but `env`, and waits until it says that it listens. */
export const startMain = async (env: Env, args: ReadonlyArray<string> = []): Promise<RunningProgram> => {
  const child = spawn(process.execPath, [...args, MAIN], { env, stdio: ["ignore", "pipe", "pipe"] })
  running.add(child)
  const ended = once(child, "close").then(([code]): number | null => {
    running.delete(child)
    return code
  })
  let output = ""
  child.stderr.on("data", (chunk) => {
    output += chunk
  })
  const port = await new Promise<number>((resolve, reject) => {
    ended.then((code) => reject(new Error(`the service ended with ${code} before it listened: ${output}`)))
    createInterface({ input: child.stdout }).on("line", (line) => {
      output += `${line}\n`
      if (line.includes('"listening"')) resolve((JSON.parse(line) as { port: number }).port)
    })
  })
  return { port, output: () => output, ended, kill: (signal) => child.kill(signal) }
}

/** Adds a client of the API beside the service; answers its key. */
const addClient = async (dataDir: string, id: string, scopes: string, tenant: string): Promise<string> => {
  const args = ["client", "add", id, "--scopes", scopes, "--tenant", tenant]
  const { code, stdout, stderr } = await runNode("src/infrastructure/certreg.ts", args, { DATA_DIR: dataDir })
  if (code !== 0) throw new Error(`client add ended with ${code}: ${stderr}`)
  return stdout.trim()
}

export interface ServiceProcess {
  readonly simulator: SimulatorProcess
  readonly env: Env
  readonly dataDir: string
  /** Its `TMPDIR`. */
  readonly tempDir: string
  /** Where it listens; while it does not run, where it listened last. */
  readonly url: () => string
  /** What the platform saw of a partner user so far. */
  readonly platform: (user: string) => Promise<Seen>
  /** A client that may write, and read everything. */
  readonly api: Api
  readonly client: (id: string, options?: { readonly scopes?: string; readonly tenant?: string }) => Promise<Api>
  /** What the platform would send, in any form; answers the status. */
  readonly callback: (body: unknown, headers?: Env, method?: string) => Promise<number>
  /** Answers the exit code; null after SIGKILL. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<number | null>
  /** Starts it again on the same data, with other variables if need be. */
  readonly start: (env?: Env) => Promise<void>
  /** All that it has printed, in all its lives. */
  readonly output: () => string
  readonly lines: () => ReadonlyArray<LogLine>
  /** Ends service and simulator, and removes all files. */
  readonly close: () => Promise<void>
}

interface Wishes {
  readonly env?: Env
  readonly simulator?: Partial<Options>
  /** Whether the simulator knows where callbacks go. */
  readonly callbacks?: boolean
}

/** Simulator and service as two programs that know each other, over real HTTP. */
export const startService = async (wishes: Wishes = {}): Promise<ServiceProcess> => {
  const { callbacks = true } = wishes
  const root = mkdtempSync(join(tmpdir(), "certreg-e2e-"))
  const [dataDir, tempDir] = [join(root, "data"), join(root, "tmp")]
  mkdirSync(tempDir)
  const [simulator, key] = await Promise.all([
    startSimulator({ callbackAuth: `bearer ${callbackSecret}`, ...wishes.simulator }),
    addClient(dataDir, "acme", "registrations:write,audit:read", "north")
  ])
  const env: Env = { ...envFor(simulator), DATA_DIR: dataDir, TMPDIR: tempDir, ...wishes.env }

  let printed = ""
  let life: RunningProgram | undefined
  let port = 0
  const url = () => `http://127.0.0.1:${port}`
  const output = () => printed + (life?.output() ?? "")
  const start = async (other: Env = {}) => {
    printed = output()
    life = undefined
    life = await startMain({ ...env, ...other })
    port = life.port
    if (callbacks) await simulator.script({ settings: { callbackUrl: `${url()}/v1/esign/callback` } })
  }
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    life?.kill(signal)
    return (await life?.ended) ?? null
  }
  await start()
  const api = apiOf(url, key)

  return {
    simulator,
    env,
    dataDir,
    tempDir,
    url,
    platform: (user) => simulator.user(user, userIdType).catch(() => ({ calls: [], submissions: [], callbacks: [] })),
    api,
    client: async (id, { scopes = "registrations:write", tenant = id } = {}) => {
      const client = apiOf(url, await addClient(dataDir, id, scopes, tenant))
      await eventually(`the key of ${id}`, async () => {
        const { status } = await client.send("GET", "/v1/registrations/00000000-0000-0000-0000-000000000000")
        return status !== 401
      })
      return client
    },
    callback: async (body, headers = { authorization: `Bearer ${callbackSecret}` }, method = "POST") => {
      const text = typeof body === "string" ? body : JSON.stringify(body)
      return (await apiOf(url, "").send(method, "/v1/esign/callback", { body: text, headers })).status
    },
    kill,
    start,
    output,
    lines: () =>
      output()
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as LogLine),
    close: async () => {
      await Promise.all([kill(), simulator.stop("SIGKILL")])
      rmSync(root, { recursive: true, force: true })
    }
  }
}
