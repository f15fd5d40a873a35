import type { Check } from "./reader.ts"

export const variablesOfLaterVersions = ["DATABASE_URL"]

/** What is configured and not built yet stops the start: nothing is ignored in silence. */
export const supported: Check = (variables) =>
  variablesOfLaterVersions
    .filter((variable) => variables[variable] !== undefined)
    .map((variable) => ({ variable, rule: "is not supported by this version" }))
