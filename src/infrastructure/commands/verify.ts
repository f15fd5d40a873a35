import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Effect, Result } from "effect"
import { makeReportPrinter } from "../../adapters/cli/report-printer.ts"
import { say } from "../../adapters/cli/say.ts"
import { readVerifyArguments } from "../../adapters/cli/verify-arguments.ts"
import { codeOf } from "../../application/error-words.ts"
import { verifyLog } from "../../application/proof/verifying/verify-log.ts"
import { type GivenCheckpoint, readGivenCheckpoint } from "../../application/proof/verifying/given-checkpoint.ts"
import { verdictOf } from "../../application/proof/verifying/verdict.ts"
import { reading } from "../reading.ts"
import type { Command } from "../surroundings.ts"

/** `certreg verify …`: 0 when all is as it was written, 1 with the first fault, 2 where it cannot be read. */
export const run: Command = (args, surroundings) => {
  const { directory, output } = surroundings
  const given = Result.flatMap(readVerifyArguments(args), ({ checkpoint }) =>
    checkpoint === undefined ? Result.succeed(undefined) : readCheckpoint(resolve(directory, checkpoint))
  )
  if (Result.isFailure(given)) return say(2, given.failure, output)
  const print = makeReportPrinter(output, process.stdout.isTTY === true)
  return reading(
    surroundings,
    () =>
      Effect.flatMap(
        verifyLog(given.success, (report) => Effect.sync(() => print(report))),
        (verified) => say(verified.first === undefined ? 0 : 1, verdictOf(verified), output)
      ),
    "if_usable"
  )
}

/** Before the databases are opened: the file may be one of them, and to close it would drop SQLite's locks. */
const readCheckpoint = (path: string): Result.Result<GivenCheckpoint, string> => {
  try {
    const given = readGivenCheckpoint(readFileSync(path, "utf8"))
    return given === undefined ? Result.fail(noCheckpoint) : Result.succeed(given)
  } catch (error) {
    return Result.fail(`The file that --checkpoint names cannot be read (${codeOf(error)}).`)
  }
}
const noCheckpoint =
  "The file that --checkpoint names holds no checkpoint: it takes the answer of GET /v1/checkpoint, or the signed note in it."
