import { parseArgs } from "node:util"
import * as Result from "effect/Result"
import { usage } from "./usage.ts"

/** Reads what follows `certreg verify`: the file of a checkpoint that was kept elsewhere. A failure is what to tell the operator. */
export const readVerifyArguments = (
  args: ReadonlyArray<string>
): Result.Result<{ readonly checkpoint?: string }, string> => {
  try {
    const { checkpoint } = parseArgs({ args: [...args], options: { checkpoint: { type: "string" } } }).values
    if (checkpoint === "") return Result.fail(usage)
    return Result.succeed(checkpoint === undefined ? {} : { checkpoint })
  } catch {
    return Result.fail(usage)
  }
}
