import { Result } from "effect"
import { configured } from "./configured.ts"
import { eventStore } from "./event-store-variables.ts"
import { all, type Read } from "./reader.ts"
import type { Surroundings } from "./surroundings.ts"
import { dataDirOf } from "./variables.ts"

/** Readers of where log and vault lie. */
export const placeVariables = (directory: string) => ({
  dataDir: (variables: Parameters<typeof dataDirOf>[0]) => Result.succeed(dataDirOf(variables, directory)),
  eventStore
})
const reader = (directory: string) => all(placeVariables(directory))

/** Where log and vault lie, for a command that needs to know nothing else. */
export type PlaceOfData = Read<ReturnType<typeof reader>>

/** Reads it; a failure is what to tell the operator. */
export const placeOfData = (surroundings: Surroundings): Result.Result<PlaceOfData, string> =>
  configured(surroundings, reader(surroundings.directory))
