import type { LogFields } from "../application/ports/log.ts"
import type { Config } from "./config.ts"
import { dataDirWarnings } from "./data-dir.ts"

type Warning = { readonly event: string; readonly fields: LogFields }

/** What an operator should know of a configuration that starts all the same; of variables the names alone. */
export const startWarnings = (config: Config): ReadonlyArray<Warning> => [
  ...config.unknownVariables.map((code) => ({ event: "variable_not_known", fields: { code } })),
  ...dataDirWarnings(config)
]
