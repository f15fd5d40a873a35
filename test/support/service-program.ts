import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { atTheLatest } from "./at-the-latest.ts"
import { compiled } from "./compiled.ts"
import type { SimulatorProcess } from "./simulator.ts"

const MAIN = fileURLToPath(new URL("../../src/infrastructure/main.ts", import.meta.url))

export const callbackSecret = "callback-secret-of-the-tests"
export const userIdType = "ACME_USER_ID"

export type Env = Readonly<Record<string, string>>

/**
 * The configuration of a service that uses this simulator, but for `DATA_DIR` and the log. Short pauses, so that nothing has to be waited for that a
 * test does not test. No call runs into its time limit because the machine is slow: where some hang, or three limits have to pass, a test
 * sets a short one, and nothing there may depend on any other call being answered in time.
 */
export const envFor = ({ baseUrl, tokenBaseUrl, storageHost, credentials }: SimulatorProcess): Env => ({
  HOST: "127.0.0.1",
  PORT: "0",
  ESIGN_ENVIRONMENT: "custom",
  ESIGN_BASE_URL: baseUrl,
  ESIGN_TOKEN_BASE_URL: tokenBaseUrl,
  ESIGN_STORAGE_HOSTS: storageHost,
  ESIGN_CLIENT_ID: credentials.clientId,
  ESIGN_PASS_KEY: credentials.passKey,
  ESIGN_ONBOARDING_PARTNER: credentials.onboardingPartner,
  ESIGN_CALLBACK_AUTH: `bearer ${callbackSecret}`,
  PARTNER_USER_ID_TYPE: userIdType,
  ESIGN_TIMEOUT: "15 seconds",
  RETRY_MAX_DELAY: "1 second",
  SWEEP_INTERVAL: "500 millis",
  LOG_LEVEL: "trace"
})

export interface RunningProgram {
  readonly port: number
  /** All that it has printed. */
  readonly output: () => string
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  readonly kill: (signal: NodeJS.Signals) => void
}

/** Starts the service with nothing in its environment but `env`, and waits until it says that it listens. */
export const startMain = async (
  env: Env,
  nodeArgs: ReadonlyArray<string> = [],
  args: ReadonlyArray<string> = []
): Promise<RunningProgram> => {
  const child = spawn(process.execPath, [...nodeArgs, MAIN, ...args], {
    env: { ...compiled(), ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const isOver = atTheLatest(() => void child.kill("SIGKILL"))
  const ended = once(child, "close").then(([code]): number | null => {
    isOver()
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
  return { port, output: () => output, ended, kill: (signal) => void child.kill(signal) }
}
