import { resolve } from "node:path"
import { Effect, Result } from "effect"
import { readBackupArguments } from "../../adapters/cli/backup-arguments.ts"
import { say } from "../../adapters/cli/say.ts"
import type { Manifest } from "../../application/backups/manifest.ts"
import { exitOf } from "../backups/backup-refused.ts"
import { makeBackup } from "../backups/make-backup.ts"
import { placeOfData } from "../place-of-data.ts"
import type { Command } from "../surroundings.ts"

const done = ({ log }: Manifest): string =>
  [
    log ? `Backed up the log, up to position ${log.position}, and after it the vault.` : "Backed up the vault.",
    ...(log
      ? []
      : [
          "The log is not in it: EventStoreDB is backed up by its own means, and before this command, or events may lack their keys."
        ]),
    "Not in it: the master key and the signing key (keep them elsewhere: who has all in one place has everything), and clients.json.",
    "After certreg restore the start wants all three in place.",
    "What is erased from now on is in it still: keep the lines of certreg erasures for certreg restore --erasures."
  ].join("\n")

/** `certreg backup`: 0 when it is made, 1 where it cannot be done now, 2 where what is given, or there, does not allow it. */
export const run: Command = (args, surroundings) => {
  const { directory, output } = surroundings
  const folder = readBackupArguments(args)
  if (Result.isFailure(folder)) return say(2, folder.failure, output)
  const place = placeOfData(surroundings)
  if (Result.isFailure(place)) return say(2, place.failure, output)
  return makeBackup(place.success, resolve(directory, folder.success), output.stdout).pipe(
    Effect.flatMap((manifest) => say(0, done(manifest), output)),
    Effect.catch((error) => say(exitOf(error), error.message, output))
  )
}
