import { resolve } from "node:path"
import { Effect, Result } from "effect"
import { tellOn } from "../../adapters/cli/report-printer.ts"
import { say } from "../../adapters/cli/say.ts"
import { readVerifyArguments } from "../../adapters/cli/verify-arguments.ts"
import { readGivenCheckpoint } from "../../application/proof/verifying/given-checkpoint.ts"
import { verdictOf } from "../../application/proof/verifying/verdict.ts"
import { verifyLog } from "../../application/proof/verifying/verify-log.ts"
import { readBounded } from "../bounded-file.ts"
import { reading } from "../reading.ts"
import type { Command } from "../surroundings.ts"

/** `certreg verify …`: 0 when all is as it was written, 1 with the first fault, 2 where it cannot be read. */
export const run: Command = (args, surroundings) => {
  const { directory, output } = surroundings
  const asked = readVerifyArguments(args)
  if (Result.isFailure(asked)) return say(2, asked.failure, output)
  const { checkpoint } = asked.success
  const given = checkpoint === undefined ? Effect.undefined : readCheckpoint(resolve(directory, checkpoint))
  return Effect.matchEffect(given, {
    onFailure: (sentence) => say(2, sentence, output),
    onSuccess: (given) =>
      reading(surroundings, () =>
        Effect.flatMap(verifyLog(given, tellOn(output)), (verified) =>
          say(verified.first === undefined ? 0 : 1, verdictOf(verified), output)
        )
      )
  })
}

/** Before the databases are opened: the file may be one of them, and to close it would drop SQLite's locks. */
const readCheckpoint = Effect.fnUntraced(function* (path: string) {
  const bytes = yield* readBounded(path, mostBytes, "The file that --checkpoint names")
  return readGivenCheckpoint(bytes.toString()) ?? (yield* Effect.fail(noCheckpoint))
})
const mostBytes = 1024 * 1024
const noCheckpoint =
  "The file that --checkpoint names holds no checkpoint: it takes the answer of GET /v1/checkpoint, or the signed note in it."
