import { parseArgs } from "node:util"
import * as Result from "effect/Result"
import { usage } from "./usage.ts"

/** The files of the export, and of the key that the reader trusts. */
export type VerifyExportArguments = { readonly file: string; readonly key?: string }

/** Reads what follows `certreg verify-export`. A failure is what to tell the reader. */
export const readVerifyExportArguments = (
  args: ReadonlyArray<string>
): Result.Result<VerifyExportArguments, string> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { key: { type: "string" } },
      allowPositionals: true
    })
    const [file, ...more] = positionals
    if (!file || more.length > 0 || values.key === "") return Result.fail(usage)
    return Result.succeed({ file, ...values })
  } catch {
    return Result.fail(usage)
  }
}
