import { parseArgs } from "node:util"
import * as Result from "effect/Result"
import { usage } from "./usage.ts"

export type ExportArguments = {
  /** Of the registration, in lower case. */
  readonly id: string
  /** Where the export goes; absent: to stdout. */
  readonly output?: string
}

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads what follows `certreg export`. A failure is what to tell the operator. */
export const readExportArguments = (args: ReadonlyArray<string>): Result.Result<ExportArguments, string> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { output: { type: "string" } },
      allowPositionals: true
    })
    const [id, ...more] = positionals
    if (id === undefined || more.length > 0 || values.output === "") return Result.fail(usage)
    if (!isId.test(id)) return Result.fail("The id of a registration is a UUID.")
    return Result.succeed({ id: id.toLowerCase(), ...values })
  } catch {
    return Result.fail(usage)
  }
}
