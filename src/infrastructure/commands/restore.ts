import { resolve } from "node:path"
import { Effect, Result } from "effect"
import { readRestoreArguments } from "../../adapters/cli/restore-arguments.ts"
import { say } from "../../adapters/cli/say.ts"
import { readErasures } from "../../application/backups/erasure-list.ts"
import { exitOf } from "../backups/backup-refused.ts"
import { restoreBackup } from "../backups/restore-backup.ts"
import { readBounded } from "../bounded-file.ts"
import { placeOfData } from "../place-of-data.ts"
import type { Command } from "../surroundings.ts"

/** What a file says was erased; a failure is what to tell the operator. */
const erasuresIn = Effect.fnUntraced(function* (path: string) {
  const bytes = yield* readBounded(path, mostBytes, "The file that --erasures names")
  const erasures = readErasures(bytes.toString())
  if (Result.isSuccess(erasures)) return erasures.success
  const { line, rule } = erasures.failure
  return yield* Effect.fail(`Line ${line} of the file that --erasures names ${rule}.`)
})
/** Some million erasures: what is more is no text to Node. */
const mostBytes = 500_000_000

type Restored = Effect.Success<ReturnType<typeof restoreBackup>>

const done = ({ manifest: { log, madeAt }, aside }: Restored, erasures: number): string =>
  [
    log
      ? `Put back the log, up to position ${log.position}, and the vault, as of ${madeAt}.`
      : `Put back the vault, as of ${madeAt}. The log is put back by the means of EventStoreDB.`,
    `${erasures} ${erasures === 1 ? "erasure was" : "erasures were"} applied.`,
    ...(aside === undefined
      ? []
      : [
          `What was there before lies in DATA_DIR/${aside}, with personal data and the keys to it: delete it once it is not needed.`
        ]),
    "See that the master key, the signing key and clients.json are in place, then start the service: it knows that it was put back."
  ].join("\n")

/** `certreg restore`: 0 when it is put back, 1 where it cannot be done now, 2 where what is given, or there, does not allow it. */
export const run: Command = (args, surroundings) => {
  const { directory, output } = surroundings
  const given = readRestoreArguments(args)
  if (Result.isFailure(given)) return say(2, given.failure, output)
  const place = placeOfData(surroundings)
  if (Result.isFailure(place)) return say(2, place.failure, output)
  const { folder, erasures } = given.success
  const tombstones = erasures === undefined ? Effect.succeed([]) : erasuresIn(resolve(directory, erasures))
  return Effect.matchEffect(tombstones, {
    onFailure: (sentence) => say(2, sentence, output),
    onSuccess: (tombstones) =>
      restoreBackup(place.success, resolve(directory, folder), tombstones).pipe(
        Effect.flatMap((restored) => say(0, done(restored, tombstones.length), output)),
        Effect.catch((error) => say(exitOf(error), error.message, output))
      )
  })
}
