import { Result } from "effect"
import { configurationWrong } from "./configuration-wrong.ts"
import { eventStore } from "./event-store-variables.ts"
import { all, type Read } from "./reader.ts"
import type { Surroundings } from "./surroundings.ts"
import { dataDirOf, readVariables } from "./variables.ts"

const reader = (directory: string) =>
  all({ dataDir: (variables) => Result.succeed(dataDirOf(variables, directory)), eventStore })

/** Where log and vault lie, for a command that needs to know nothing else. */
export type PlaceOfData = Read<ReturnType<typeof reader>>

/** Reads it; a failure is what to tell the operator. */
export const placeOfData = ({ environment, directory }: Surroundings): Result.Result<PlaceOfData, string> =>
  Result.match(readVariables(environment, directory), {
    onFailure: ({ variable, rule }) => Result.fail(`${variable} ${rule}.`),
    onSuccess: (variables) =>
      Result.mapError(reader(directory)(variables), (wrong) => configurationWrong(wrong).message)
  })
