import * as Result from "effect/Result"
import { parsed } from "./parsed.ts"
import { usage } from "./usage.ts"

type RestoreArguments = {
  readonly folder: string
  /** A file with what was erased. */
  readonly erasures?: string
}

/** Reads what follows `certreg restore`. A failure is what to tell the operator. */
export const readRestoreArguments = (args: ReadonlyArray<string>): Result.Result<RestoreArguments, string> => {
  const { words: [folder, ...more] = [], values = {} } = parsed(args, { erasures: { type: "string" } }) ?? {}
  if (!folder || more.length > 0 || values.erasures === "") return Result.fail(usage)
  return Result.succeed({ folder, ...values })
}
