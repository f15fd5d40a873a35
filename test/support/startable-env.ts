import type { Env } from "./service-program.ts"

/** What a start takes, but for `DATA_DIR`. The platform is not there: no start needs it. */
export const startableEnv: Env = {
  PORT: "0",
  ESIGN_ENVIRONMENT: "custom",
  ESIGN_BASE_URL: "http://127.0.0.1:9",
  ESIGN_TOKEN_BASE_URL: "http://127.0.0.1:9",
  ESIGN_CLIENT_ID: "client",
  ESIGN_PASS_KEY: "pass-key",
  ESIGN_ONBOARDING_PARTNER: "partner",
  ESIGN_CALLBACK_AUTH: "none",
  MASTER_KEY: Buffer.alloc(32, 7).toString("base64")
}
