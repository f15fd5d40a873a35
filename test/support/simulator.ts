import type { ChildProcess } from "node:child_process"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Options } from "../../src/simulator/options.ts"
import type { ConfirmedReport, LedgerReport, UserReport } from "../../src/simulator/reports.ts"
import type { Script } from "../../src/simulator/script.ts"
import type { Stage } from "../../src/simulator/stages.ts"

const MAIN = fileURLToPath(new URL("../../src/simulator/main.ts", import.meta.url))

/** A callback as nobody sent it. Parts that are missing are those of the real ones. */
interface ForgedCallback {
  readonly body: unknown
  readonly url?: string
  readonly method?: "POST" | "PUT" | "PATCH"
  readonly auth?: string
}

/** A running platform simulator and what a test may ask of it. */
export interface SimulatorProcess {
  readonly baseUrl: string
  readonly tokenBaseUrl: string
  /** `host:port` of the object storage. */
  readonly storageHost: string
  readonly credentials: Pick<Options, "clientId" | "passKey" | "onboardingPartner">
  readonly script: (script: Script) => Promise<void>
  readonly ledger: () => Promise<LedgerReport>
  readonly user: (id: string, type?: string) => Promise<UserReport>
  readonly confirmed: () => Promise<ConfirmedReport>
  readonly expireTokens: () => Promise<void>
  /** Answers the partner's HTTP status, or why there was none. */
  readonly callback: (callback: ForgedCallback) => Promise<number | "timeout" | "unreachable">
  /** Opens a submission that the partner knows nothing of. */
  readonly openElsewhere: (id: string, type: string) => Promise<string>
  readonly change: (submissionId: string, stage: Partial<Stage> & Pick<Stage, "status">) => Promise<void>
  readonly reset: (scope?: { readonly ledgerOnly: boolean }) => Promise<void>
  /** All that it has printed. */
  readonly output: () => string
  /** Answers the exit code; null after SIGKILL. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** Free ports for all three parts, and delays that a test need not wait for. */
const inTests: Partial<Options> = {
  port: 0,
  tokenPort: 0,
  storagePort: 0,
  clientId: "b1946ac9-2492-4d23-8c54-4f0a2d8f4a10",
  passKey: "7c211433-f029-4b1e-9a2f-3c0d7a1e5b66",
  onboardingPartner: "CLIENT_T-BE-CERT_REG",
  verifyMs: 0,
  issueMs: 0,
  callbackRetryMs: 20,
  callbackTimeoutMs: 60_000,
  tokensPerMinute: 10_000,
  keepBodies: "on"
}

const flags = (options: Partial<Options>): ReadonlyArray<string> =>
  Object.entries(options).map(
    ([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${value}`
  )

interface Listening {
  readonly event: string
  readonly host: string
  readonly port: number
  readonly tokenPort: number
  readonly storagePort: number
}

const whenListening = async (child: ChildProcess, printed: Array<string>): Promise<Listening> => {
  if (child.stdout === null) throw new Error("the simulator has no output to wait for")
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line)
    const message = JSON.parse(line) as Listening
    if (message.event === "listening") {
      child.stdout.on("data", (chunk) => printed.push(String(chunk)))
      return message
    }
  }
  throw new Error(`the simulator ended before it listened: ${printed.join("\n")}`)
}

/** Starts the simulator as a program of its own, and waits until it says that it listens. */
export const startSimulator = async (options: Partial<Options> = {}): Promise<SimulatorProcess> => {
  const chosen = { ...inTests, ...options }
  const child = spawn(process.execPath, [MAIN, ...flags(chosen)], { stdio: ["ignore", "pipe", "pipe"] })
  const exited = once(child, "exit")
  const killWithUs = () => child.kill("SIGKILL")
  process.once("exit", killWithUs)
  child.once("exit", () => process.off("exit", killWithUs))
  const printed: Array<string> = []
  child.stderr.on("data", (chunk) => printed.push(String(chunk)))
  const { host, port, storagePort, tokenPort } = await whenListening(child, printed)
  const baseUrl = `http://${host}:${port}`

  const control = async <A>(path: string, body?: unknown): Promise<A> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }
    const response = await fetch(`${baseUrl}/_control/${path}`, init)
    const answer = await response.json()
    if (response.status !== 200)
      throw new Error(`simulator: ${path.split("?")[0]} ${response.status} ${JSON.stringify(answer)}`)
    return answer as A
  }

  return {
    baseUrl,
    tokenBaseUrl: `http://${host}:${tokenPort}`,
    storageHost: `${host}:${storagePort}`,
    credentials: {
      clientId: String(chosen.clientId),
      passKey: String(chosen.passKey),
      onboardingPartner: String(chosen.onboardingPartner)
    },
    script: (script) => control("script", script),
    ledger: () => control("ledger"),
    user: (id, type) => control(`users?${new URLSearchParams({ id, ...(type === undefined ? {} : { type }) })}`),
    confirmed: () => control("confirmed"),
    expireTokens: () => control("expire-tokens", {}),
    callback: async (callback) =>
      (await control<{ answer: number | "timeout" | "unreachable" }>("callback", callback)).answer,
    openElsewhere: async (id, type) =>
      (await control<{ submissionId: string }>("submissions", { id, type })).submissionId,
    change: (submissionId, stage) => control("changes", { submissionId, stage }),
    reset: (scope = { ledgerOnly: false }) => control("reset", scope),
    output: () => printed.join("\n"),
    stop: async (signal = "SIGTERM") => {
      child.kill(signal)
      const [code] = await exited
      return code
    }
  }
}
