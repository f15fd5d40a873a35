import * as Result from "effect/Result"
import { usage } from "./usage.ts"

/** Reads what follows `certreg backup`: the folder. A failure is what to tell the operator. */
export const readBackupArguments = ([folder, ...more]: ReadonlyArray<string>): Result.Result<string, string> =>
  folder === undefined || folder === "" || folder.startsWith("-") || more.length > 0
    ? Result.fail(usage)
    : Result.succeed(folder)
