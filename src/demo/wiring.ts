import { randomBytes, randomUUID } from "node:crypto"
import { type Listening, run } from "./programs.ts"

/** Of this run: whatever calls one of the two programs has to know them. */
const [clientId, passKey] = [randomUUID(), randomUUID()]
const callbackSecret = randomBytes(16).toString("hex")

export const callbackUrlOf = (service: string): string => `${service}/v1/esign/callback`

/** A simulator that takes a second for a verdict. Without `callbackUrl` it sends none until its script names one. */
export const simulatorEnv = (port: number, callbackUrl = "") => ({
  SIMULATOR_PORT: String(port),
  SIMULATOR_CLIENT_ID: clientId,
  SIMULATOR_PASS_KEY: passKey,
  SIMULATOR_CALLBACK_AUTH: `bearer ${callbackSecret}`,
  SIMULATOR_CALLBACK_URL: callbackUrl,
  SIMULATOR_VERIFY_MS: "600",
  SIMULATOR_ISSUE_MS: "600"
})

/** A service that uses such a simulator, and soon asks where no callback comes. */
export const serviceEnv = (port: number, dir: string, simulator: Listening) => ({
  PORT: String(port),
  DATA_DIR: dir,
  ESIGN_ENVIRONMENT: "custom",
  ESIGN_BASE_URL: simulator.url,
  ESIGN_TOKEN_BASE_URL: simulator.url,
  ESIGN_STORAGE_HOSTS: `${simulator.host}:${simulator.port}`,
  ESIGN_CLIENT_ID: clientId,
  ESIGN_PASS_KEY: passKey,
  ESIGN_ONBOARDING_PARTNER: "CLIENT_X-BE-CERT_REG",
  ESIGN_CALLBACK_AUTH: `bearer ${callbackSecret}`,
  PARTNER_USER_ID_TYPE: "DEMO_USER_ID",
  VERDICT_POLL_AFTER: "2 seconds",
  VERDICT_POLL_MAX: "10 seconds",
  SWEEP_INTERVAL: "1 second"
})

const client = (dir: string, ...args: ReadonlyArray<string>): Promise<string> =>
  run("infrastructure/certreg.ts", { args: ["client", ...args], env: { DATA_DIR: dir }, cwd: dir })

/** A client of the service with this id and a new key, which it answers; a client of that id that is there already goes. */
export const newClient = async (dir: string, id: string): Promise<string> => {
  const known = (await client(dir, "list")).split("\n").some((line) => line.startsWith(`${id}\t`))
  if (known) await client(dir, "remove", id)
  return client(dir, "add", id, "--scopes", "registrations:write")
}
