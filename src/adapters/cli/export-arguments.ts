import * as Result from "effect/Result"
import { readUuid, uuidRule } from "../../application/uuid.ts"
import { parsed } from "./parsed.ts"
import { usage } from "./usage.ts"

type ExportArguments = {
  /** Of the registration, in lower case. */
  readonly id: string
  /** Where the export goes; absent: to stdout. */
  readonly output?: string
}

/** Reads what follows `certreg export`. A failure is what to tell the operator. */
export const readExportArguments = (args: ReadonlyArray<string>): Result.Result<ExportArguments, string> => {
  const { words: [text, ...more] = [], values = {} } = parsed(args, { output: { type: "string" } }) ?? {}
  if (text === undefined || more.length > 0 || values.output === "") return Result.fail(usage)
  const id = readUuid(text)
  return id === undefined ? Result.fail(uuidRule) : Result.succeed({ id, ...values })
}
