import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Program, run, start } from "../src/demo/programs.ts"

/** CPU seconds, all threads, that a process used so far. Linux only. */
export const cpuSeconds = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  // utime and stime, in the 100 ticks a second that Linux reports to everybody.
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** MiB of memory that a process has now. Linux only. */
export const residentMiB = (pid: number): number => {
  const [, kib = ""] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kib) / 1024
}

export type Stack = {
  readonly url: string
  readonly key: string
  readonly service: Program
  readonly stop: () => Promise<void>
}

const credentials = { id: crypto.randomUUID(), pass: crypto.randomUUID() }

export type StackOptions = {
  readonly env?: NodeJS.ProcessEnv
  /** Where its data is; a new place by default, which goes with the stack. */
  readonly dataDir?: string
  /** Where presigned URLs lead; to the simulator by default. */
  readonly storage?: Program["listening"]
}

/** The service as its users run it; with a simulator that answers at once, or with a platform that never does. */
export const startStack = async (
  withPlatform: boolean,
  { env = {}, dataDir, storage }: StackOptions = {}
): Promise<Stack> => {
  const dir = dataDir ?? mkdtempSync(join(tmpdir(), "certreg-bench-"))
  const args = [
    "--port=0",
    `--client-id=${credentials.id}`,
    `--pass-key=${credentials.pass}`,
    "--verify-ms=0",
    "--issue-ms=0"
  ]
  const simulator = await start("simulator/main.ts", {
    args: [
      ...args,
      `--hang-ms=${withPlatform ? 1000 : 3_600_000}`,
      ...(storage ? [`--storage-base=${storage.url}`] : [])
    ]
  })
  const { url: platform } = simulator.listening
  try {
    if (!withPlatform) await control(platform, { faults: { token: { always: "hang" } } })
    const { key, service } = await startService(simulator, dir, {
      ...(storage && { ESIGN_STORAGE_HOSTS: `${storage.host}:${storage.port}` }),
      ...env
    })
    await control(platform, { settings: { callbackUrl: `${service.listening.url}/v1/esign/callback` } })
    const stop = async () => {
      // First the platform: a call that it never answers ends with it.
      await simulator.stop()
      await service.stop()
      if (dataDir === undefined) rmSync(dir, { recursive: true })
    }
    return { url: service.listening.url, key, service, stop }
  } catch (error) {
    await simulator.stop()
    throw error
  }
}

const startService = async ({ listening }: Program, dir: string, env: NodeJS.ProcessEnv) => {
  const { url, host, port } = listening
  const key = await run("infrastructure/certreg.ts", {
    args: ["client", "add", `bench-${crypto.randomUUID()}`, "--scopes", "registrations:write"],
    env: { DATA_DIR: dir }
  })
  const service = await start("infrastructure/main.ts", {
    env: {
      PORT: "0",
      DATA_DIR: dir,
      ESIGN_ENVIRONMENT: "custom",
      ESIGN_BASE_URL: url,
      ESIGN_TOKEN_BASE_URL: url,
      ESIGN_STORAGE_HOSTS: `${host}:${port}`,
      ESIGN_CLIENT_ID: credentials.id,
      ESIGN_PASS_KEY: credentials.pass,
      ESIGN_ONBOARDING_PARTNER: "CLIENT_X-BE-CERT_REG",
      ESIGN_CALLBACK_AUTH: "none",
      PARTNER_USER_ID_TYPE: "BENCH_USER_ID",
      LOG_LEVEL: "info",
      ...env
    }
  })
  return { key, service }
}

const control = async (platform: string, script: unknown) => {
  const answer = await fetch(`${platform}/_control/script`, { method: "POST", body: JSON.stringify(script) })
  if (!answer.ok) throw new Error(`the simulator refused the script: ${answer.status}`)
}
