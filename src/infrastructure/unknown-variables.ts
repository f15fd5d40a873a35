import { Result } from "effect"
import type { Check, Reader } from "./reader.ts"
import { variablesOfLaterVersions } from "./unsupported.ts"
import type { Variables } from "./variables.ts"

/** All that this version reads (contract/service-api §5), and what it refuses. */
export const known: ReadonlyArray<string> = [
  ...["HOST", "PORT", "DATA_DIR", "EVENT_STORE", "API_CLIENTS_FILE", "MASTER_KEY", "MASTER_KEY_FILE", "LOG_LEVEL"],
  ...["ESIGN_ENVIRONMENT", "ESIGN_BASE_URL", "ESIGN_TOKEN_BASE_URL", "ESIGN_CLIENT_ID", "ESIGN_PASS_KEY"],
  ...["ESIGN_ONBOARDING_PARTNER", "ESIGN_CALLBACK_AUTH", "ESIGN_CONCURRENCY", "ESIGN_STORAGE_HOSTS", "ESIGN_TIMEOUT"],
  ...["MAX_ATTEMPTS", "PARTNER_USER_ID_TYPE", "VERDICT_POLL_AFTER", "VERDICT_POLL_MAX", "SWEEP_INTERVAL"],
  ...["UPLOAD_WINDOW", "GIVE_UP_AFTER", "RETRY_MAX_DELAY", "KEEP_ALIVE_TIMEOUT", "SHUTDOWN_DELAY", "RATE_LIMIT"],
  ...["SIGNING_KEY_FILE", "ERASE_AFTER", "CHECKPOINT_INTERVAL"],
  ...["EVENTSTOREDB_URL", "EVENTSTOREDB_STREAM_PREFIX", "NODE_ENV"],
  ...["KAFKA_BROKERS", "KAFKA_TOPIC", "KAFKA_SSL"],
  ...["KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"],
  ...variablesOfLaterVersions
]

/** Nobody else has a variable that begins so. */
const ownPrefix = /^(?:ESIGN|MASTER_KEY|SIGNING_KEY|VERDICT_POLL|API_CLIENTS|PARTNER_USER_ID|EVENTSTOREDB_STREAM)/
const likelyPrefix = /^(?:KAFKA|EVENTSTOREDB)_/
/** What Kubernetes and Docker tell of a service called esign or kafka. */
const serviceLink = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?$/

/** How many letters have to be put in, left out or replaced to make one word of the other. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, against] of [...other].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === against ? 0 : 1)))
    row = next
  }
  return row[other.length] ?? 0
}

/** Short words are near to too many others. */
const meantBy = (name: string): string | undefined =>
  known.find((one) => one.length >= 8 && Math.abs(one.length - name.length) <= 2 && distance(name, one) <= 2)

const unknown = (variables: Variables) =>
  Object.keys(variables)
    .filter((name) => /^\w+$/.test(name) && !known.includes(name) && !serviceLink.test(name))
    .map((name) => ({ name, upper: name.toUpperCase(), meant: meantBy(name.toUpperCase()) }))

/** A slip of the pen in a name that is ours: what was meant would be left out in silence. */
export const spelt: Check = (variables) =>
  unknown(variables).flatMap(({ name, upper, meant }) =>
    meant !== undefined && ownPrefix.test(upper) ? [{ variable: name, rule: `is not known; ${meant} is` }] : []
  )

/** Names that may have been meant for this program, and may be somebody else's. */
export const unknownVariables: Reader<ReadonlyArray<string>> = (variables) =>
  Result.succeed(
    unknown(variables)
      .filter(({ upper, meant }) => meant !== undefined || ownPrefix.test(upper) || likelyPrefix.test(upper))
      .map(({ name }) => name)
  )
