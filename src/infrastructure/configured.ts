import { Result } from "effect"
import { configurationWrong } from "./configuration-wrong.ts"
import type { Reader } from "./reader.ts"
import type { Surroundings } from "./surroundings.ts"
import { readVariables } from "./variables.ts"

/** What a command has to know of the configuration; a failure is what to tell the operator. */
export const configured = <A>(
  { environment, directory }: Pick<Surroundings, "environment" | "directory">,
  reader: Reader<A>
): Result.Result<A, string> =>
  readVariables(environment, directory).pipe(
    Result.mapError((problem) => [problem]),
    Result.flatMap(reader),
    Result.mapError((problems) => configurationWrong(problems).message)
  )
