import type { LogFields } from "../application/ports/log.ts"
import type { Config } from "./config.ts"
import { dataDirWarnings } from "./data-dir.ts"

type Warning = { readonly event: string; readonly fields: LogFields }

/** With `plain` and without TLS whoever sees the connection sees the password. */
const sendsPasswordInClear = ({ isProduction, kafka }: Config): boolean =>
  isProduction && kafka?.sasl?.mechanism === "plain" && !kafka.ssl

/** What an operator should know of a configuration that starts all the same; of variables the names alone. */
export const startWarnings = (config: Config): ReadonlyArray<Warning> => [
  ...config.unknownVariables.map((code) => ({ event: "variable_not_known", fields: { code } })),
  ...(sendsPasswordInClear(config) ? [{ event: "kafka_password_in_clear", fields: {} }] : []),
  ...dataDirWarnings(config)
]
