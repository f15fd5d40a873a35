import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { spelt, unknownVariables } from "../../src/infrastructure/unknown-variables.ts"

const setting = (name: string) => ({ [name]: "canary" })
const warned = (name: string) => Result.getOrThrow(unknownVariables(setting(name)))

describe("a variable that nobody knows", () => {
  it.each([
    ["ESIGN_STORAGE_HOST", "ESIGN_STORAGE_HOSTS"],
    ["ESIGN_TIMOUT", "ESIGN_TIMEOUT"],
    ["ESIGN_PASSKEY", "ESIGN_PASS_KEY"],
    ["Esign_Callback_Auth", "ESIGN_CALLBACK_AUTH"],
    ["MASTER_KEYS", "MASTER_KEY"],
    ["SIGNING_KEYFILE", "SIGNING_KEY_FILE"],
    ["VERDICT_POLLMAX", "VERDICT_POLL_MAX"],
    ["EVENTSTOREDB_STREAM_PREFX", "EVENTSTOREDB_STREAM_PREFIX"]
  ])("%s stops the start when it can only be %s", (name, meant) => {
    expect(spelt(setting(name))).toEqual([{ variable: name, rule: `is not known; ${meant} is` }])
  })

  it.each([
    "ESIGN_SOMETHING_ELSE",
    "MASTER_KEY_ROTATION",
    "KAFKA_BROKER",
    "KAFKA_CLUSTER_ID",
    "EVENTSTOREDB_URI",
    "MAX_ATTEMPT",
    "DATADIR",
    "NODEENV"
  ])("%s may be somebody else's, and is told by its name", (name) => {
    expect(spelt(setting(name))).toEqual([])
    expect(warned(name)).toEqual([name])
  })

  it.each([
    ...[
      "HOME",
      "HOSTNAME",
      "PATH",
      "PORTS",
      "XDG_DATA_DIRS",
      "NODE_OPTIONS",
      "npm_config_loglevel",
      "TMPDIR",
      "LOGNAME"
    ],
    ...["ESIGN_SERVICE_HOST", "ESIGN_API_PORT_8080_TCP_ADDR", "KAFKA_PORT", "KAFKA_SERVICE_PORT_BROKER", "MASTER_KEY"],
    ...["EVENTSTOREDB_PORT_2113_TCP", "EVENTSTOREDB_URL", "EVENTSTOREDB_STREAM_PREFIX"]
  ])("%s is none", (name) => {
    expect(spelt(setting(name))).toEqual([])
    expect(warned(name)).toEqual([])
  })
})
