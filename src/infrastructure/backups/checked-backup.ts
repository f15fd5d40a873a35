import { join } from "node:path"
import { Effect } from "effect"
import { manifestFile, manifestOf } from "../../adapters/backup-folder/backup-folder.ts"
import { measureFile } from "../../adapters/files/measure.ts"
import { openCopy } from "../../adapters/sqlite/backups/copy-database.ts"
import { vaultIdOf } from "../../adapters/sqlite/backups/vault-summary.ts"
import * as schema from "../../adapters/sqlite/schema.ts"
import type { CopiedFile } from "../../application/backups/manifest.ts"
import { attempt, refused } from "./backup-refused.ts"
import { summaryOf } from "./copy-log.ts"

const notWhole = (file: string) => refused(`The backup is not whole: ${file} is not what backup.json says.`)

/** Opens a backup that was found to be whole, and its files to belong together. Nothing is changed by it. */
export const openBackup = Effect.fnUntraced(function* (folder: string, isLogHere: boolean) {
  const manifest = manifestOf(folder)
  if (!manifest) return yield* refused("The folder is no backup that this version knows: it has no such backup.json.")
  if (manifest.log && !isLogHere)
    return yield* refused("The backup holds a log, which EVENT_STORE=eventstoredb would not go on with.")
  if (!manifest.log && isLogHere)
    return yield* refused("The backup holds the vault alone, of a log in EventStoreDB: set EVENT_STORE=eventstoredb.")
  const databases = manifest.log ? [schema.log, schema.vault] : [schema.vault]
  if (manifest.files.map(({ name }) => name).join() !== databases.map(({ file }) => file).join())
    return yield* notWhole(manifestFile)
  for (const file of manifest.files) yield* checkFile(folder, file)
  const vault = yield* open(folder, schema.vault)
  if ((yield* attempt("vault.db cannot be read", () => vaultIdOf(vault))) !== manifest.vaultId)
    return yield* notWhole(schema.vault.file)
  if (!manifest.log) return { manifest, vault, log: undefined }
  const log = yield* open(folder, schema.log)
  const summary = yield* summaryOf(log)
  const { logId, vaultId, epoch, position, hash } = summary
  const isSaid =
    logId === manifest.logId &&
    vaultId === manifest.vaultId &&
    epoch === manifest.epoch &&
    position === manifest.log.position &&
    hash === manifest.log.hash
  return isSaid ? { manifest, vault, log } : yield* notWhole(schema.log.file)
})

/** By its bytes: a copy that lost its end, or a file of another backup, opens as well. */
const checkFile = Effect.fnUntraced(function* (folder: string, { name, bytes, sha256 }: CopiedFile) {
  const path = join(folder, name)
  const found = yield* Effect.mapError(
    attempt("It cannot be read", () => measureFile(path)),
    () => notWhole(name)
  )
  if (found.bytes !== bytes || found.sha256 !== sha256) return yield* notWhole(name)
})

const open = (folder: string, database: schema.Database) =>
  Effect.acquireRelease(
    attempt(`${database.file} cannot be opened`, () => openCopy(folder, database)),
    (copy) => Effect.sync(() => copy.close())
  )
