import { existsSync, realpathSync } from "node:fs"
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path"
import { Effect, Exit } from "effect"
import { claimFolder } from "../../adapters/backup-folder/backup-folder.ts"
import { openSources } from "../../adapters/sqlite/backups/backup-sources.ts"
import { bytesOf, freeBytes } from "../../adapters/sqlite/backups/room.ts"
import type { Manifest } from "../../application/backups/manifest.ts"
import type { PlaceOfData } from "../place-of-data.ts"
import { attempt, needRoom, refused } from "./backup-refused.ts"
import { copyLog } from "./copy-log.ts"
import { copyVault, summaryOfVault } from "./copy-vault.ts"

/** Without links, also of what is not there yet. */
const real = (path: string): string =>
  existsSync(path) ? realpathSync(path) : resolve(real(dirname(path)), basename(path))

const isWithin = (folder: string, dataDir: string): boolean => {
  const path = relative(real(dataDir), real(folder))
  return !isAbsolute(path) && path.split(sep)[0] !== ".."
}

/** The folder, until it is a backup: what is not finished leaves nothing behind. */
const claim = Effect.fnUntraced(function* (folder: string) {
  const claimed = yield* Effect.acquireRelease(
    attempt("The folder cannot be made, or not be written to", () => claimFolder(folder)),
    (claimed, exit) =>
      Exit.isSuccess(exit) ? Effect.void : Effect.ignore(attempt("It cannot be cleared", () => claimed?.clear()))
  )
  return claimed ?? (yield* refused("A backup takes a new folder, or an empty one: this one holds something."))
})

/**
 * Makes a backup of log and vault in a folder that is new or empty. The log comes first: so each of its events has its key in the vault.
 * `tell` is told what is under way.
 */
export const makeBackup = Effect.fnUntraced(function* (
  { dataDir, eventStore }: PlaceOfData,
  folder: string,
  tell: (line: string) => void
) {
  const madeAt = new Date().toISOString()
  if (isWithin(folder, dataDir)) return yield* refused("A backup takes a folder outside of DATA_DIR.")
  const { log, vault } = yield* openSources(dataDir, eventStore.kind === "sqlite" ? "here" : "elsewhere")
  // What is known before of how far both are: whatever is written meanwhile is beyond it.
  const { logEnd } = yield* summaryOfVault(vault)
  const claimed = yield* claim(folder)
  const bytes = (log ? bytesOf(log) : 0) + bytesOf(vault)
  yield* needRoom(yield* attempt("The disk does not say how much room it has", () => freeBytes(folder)), bytes)
  tell(`Copies ${Math.ceil(bytes / 1e6)} MB.`)
  const ofLog = log && (yield* copyLog(log, folder, logEnd ?? 0))
  const ofVault = yield* copyVault(vault, folder, ofLog?.summary.commits ?? 0)
  const { vaultId, logId, epoch, revision } = ofVault.summary
  if (ofLog && (ofLog.summary.logId !== logId || ofLog.summary.vaultId !== vaultId))
    return yield* refused("Log and vault in DATA_DIR do not belong together.")
  const manifest: Manifest = {
    format: "certreg-backup-1",
    logId,
    vaultId,
    epoch: ofLog?.summary.epoch ?? epoch,
    madeAt,
    ...(ofLog ? { log: { position: ofLog.summary.position, hash: ofLog.summary.hash } } : {}),
    ...(revision === null ? {} : { checkpoint: { revision } }),
    files: [...(ofLog ? [ofLog.file] : []), ofVault.file]
  }
  yield* attempt("The backup cannot be finished", () => claimed.finish(manifest))
  return manifest
}, Effect.scoped)
