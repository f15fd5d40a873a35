import type { Check } from "./reader.ts"

const notSupported = "is not supported by this version"

export const variablesOfLaterVersions = [
  "EVENTSTOREDB_URL",
  "DATABASE_URL",
  "KAFKA_BROKERS",
  "KAFKA_TOPIC",
  "KAFKA_SSL",
  "KAFKA_SASL_MECHANISM",
  "KAFKA_SASL_USERNAME",
  "KAFKA_SASL_PASSWORD",
  "SIGNING_KEY_FILE",
  "ERASE_AFTER"
]

/** What is configured and not built yet stops the start: nothing is ignored in silence. */
export const supported: Check = (variables) =>
  variablesOfLaterVersions
    .filter((variable) => variables[variable] !== undefined)
    .map((variable) => ({ variable, rule: notSupported }))

export const supportedEventStore: Check = ({ EVENT_STORE: kind = "sqlite" }) => {
  if (kind === "sqlite") return []
  return [
    {
      variable: "EVENT_STORE",
      rule: kind === "eventstoredb" ? `eventstoredb ${notSupported}` : "takes sqlite or eventstoredb"
    }
  ]
}
