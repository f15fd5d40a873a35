import { resolve } from "node:path"
import { Effect, Result } from "effect"
import { textOf } from "../../adapters/backup-folder/backup-folder.ts"
import { readRestoreArguments } from "../../adapters/cli/restore-arguments.ts"
import { say } from "../../adapters/cli/say.ts"
import { readErasures } from "../../application/backups/erasure-list.ts"
import type { Tombstone } from "../../application/ports/tombstones.ts"
import { exitOf } from "../backups/backup-refused.ts"
import { restoreBackup } from "../backups/restore-backup.ts"
import { placeOfData } from "../place-of-data.ts"
import type { Command } from "../surroundings.ts"

/** What a file says was erased; a failure is what to tell the operator. */
const erasuresIn = (path: string | undefined): Result.Result<ReadonlyArray<Tombstone>, string> => {
  if (path === undefined) return Result.succeed([])
  const text = textOf(path)
  return text === undefined
    ? Result.fail("The file of --erasures cannot be read.")
    : Result.mapError(readErasures(text), ({ line, rule }) => `Line ${line} of the file of --erasures ${rule}.`)
}

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

/** `certreg restore`. */
export const run: Command = (args, surroundings) => {
  const { directory, output } = surroundings
  const given = readRestoreArguments(args)
  if (Result.isFailure(given)) return say(2, given.failure, output)
  const place = placeOfData(surroundings)
  if (Result.isFailure(place)) return say(2, place.failure, output)
  const { folder, erasures } = given.success
  const tombstones = erasuresIn(erasures && resolve(directory, erasures))
  if (Result.isFailure(tombstones)) return say(2, tombstones.failure, output)
  return restoreBackup(place.success, resolve(directory, folder), tombstones.success).pipe(
    Effect.flatMap((restored) => say(0, done(restored, tombstones.success.length), output)),
    Effect.catch((error) => say(exitOf(error), error.message, output))
  )
}
