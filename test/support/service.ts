import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Options } from "../../src/simulator/options.ts"
import type { UserReport } from "../../src/simulator/reports.ts"
import { type Api, apiOf } from "./api.ts"
import { atTheLatest } from "./at-the-latest.ts"
import { eventually } from "./eventually.ts"
import { newLog } from "./log-of-run.ts"
import { runNode } from "./run-node.ts"
import { callbackSecret, type Env, envFor, type RunningProgram, startMain, userIdType } from "./service-program.ts"
import { type SimulatorProcess, startSimulator } from "./simulator.ts"

type Seen = Pick<UserReport, "calls" | "submissions" | "callbacks">
type Kind = Seen["calls"][number]["call"]
export interface LogLine {
  readonly event: string
  readonly [field: string]: unknown
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
  /** The calls of one kind that it saw of a partner user. */
  readonly callsOf: (user: string, kind: Kind) => Promise<Seen["calls"]>
  /** A client that may write, and read everything. */
  readonly api: Api
  readonly client: (id: string, options?: { readonly scopes?: string; readonly tenant?: string }) => Promise<Api>
  /** What the platform would send, in any form; answers the status. */
  readonly callback: (body: unknown, headers?: Env, method?: string) => Promise<number>
  /** Answers the exit code; null after SIGKILL. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<number | null>
  /** Starts it again on the same data, with other variables and with arguments if need be. */
  readonly start: (env?: Env, args?: ReadonlyArray<string>) => Promise<void>
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

/** Adds a client of the API beside the service; answers its key. */
const addClient = async (dataDir: string, id: string, scopes: string, tenant: string): Promise<string> => {
  const args = ["client", "add", id, "--scopes", scopes, "--tenant", tenant]
  const { code, stdout, stderr } = await runNode("src/infrastructure/certreg.ts", args, { DATA_DIR: dataDir })
  if (code !== 0) throw new Error(`client add ended with ${code}: ${stderr}`)
  return stdout.trim()
}

/** Simulator and service as two programs that know each other, over real HTTP. */
export const startService = async (wishes: Wishes = {}): Promise<ServiceProcess> => {
  const { callbacks = true } = wishes
  const root = mkdtempSync(join(tmpdir(), "certreg-e2e-"))
  const [dataDir, tempDir] = [join(root, "data"), join(root, "tmp")]
  mkdirSync(tempDir)
  const simulator = await startSimulator({ callbackAuth: `bearer ${callbackSecret}`, ...wishes.simulator })
  const isClosed = atTheLatest(() => {
    void simulator.stop("SIGKILL")
    rmSync(root, { recursive: true, force: true })
  })
  const key = await addClient(dataDir, "acme", "registrations:write,audit:read", "north")
  const env: Env = { ...envFor(simulator), ...newLog(), DATA_DIR: dataDir, TMPDIR: tempDir, ...wishes.env }

  const lives: Array<RunningProgram> = []
  const url = () => `http://127.0.0.1:${lives.at(-1)?.port}`
  const output = () => lives.map((life) => life.output()).join("")
  const start = async (other: Env = {}, args: ReadonlyArray<string> = []) => {
    lives.push(await startMain({ ...env, ...other }, [], args))
    if (callbacks) await simulator.script({ settings: { callbackUrl: `${url()}/v1/esign/callback` } })
  }
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    lives.at(-1)?.kill(signal)
    return (await lives.at(-1)?.ended) ?? null
  }
  await start()
  const platform = (user: string): Promise<Seen> =>
    simulator.user(user, userIdType).catch(() => ({ calls: [], submissions: [], callbacks: [] }))

  return {
    simulator,
    env,
    dataDir,
    tempDir,
    url,
    platform,
    callsOf: async (user, kind) => (await platform(user)).calls.filter(({ call }) => call === kind),
    api: apiOf(url, key),
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
      isClosed()
    }
  }
}
