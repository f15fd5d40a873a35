import * as Result from "effect/Result"
import { parsed } from "./parsed.ts"
import { usage } from "./usage.ts"

/** Reads what follows `certreg verify`: the file of a checkpoint that was kept elsewhere. A failure is what to tell the operator. */
export const readVerifyArguments = (
  args: ReadonlyArray<string>
): Result.Result<{ readonly checkpoint?: string }, string> => {
  const given = parsed(args, { checkpoint: { type: "string" } })
  if (!given || given.words.length > 0 || given.values.checkpoint === "") return Result.fail(usage)
  return Result.succeed(given.values)
}
