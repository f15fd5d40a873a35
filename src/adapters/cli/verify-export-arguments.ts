import * as Result from "effect/Result"
import { parsed } from "./parsed.ts"
import { usage } from "./usage.ts"

/** The files of the export, and of the key that the reader trusts. */
type VerifyExportArguments = { readonly file: string; readonly key?: string }

/** Reads what follows `certreg verify-export`. A failure is what to tell the reader. */
export const readVerifyExportArguments = (
  args: ReadonlyArray<string>
): Result.Result<VerifyExportArguments, string> => {
  const { words: [file, ...more] = [], values = {} } = parsed(args, { key: { type: "string" } }) ?? {}
  if (!file || more.length > 0 || values.key === "") return Result.fail(usage)
  return Result.succeed({ file, ...values })
}
