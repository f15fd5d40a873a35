import { mkdirSync } from "node:fs"
import { Effect } from "effect"
import { syncFile, syncFolder } from "../../adapters/backup-folder/durable.ts"
import { DataDirRefused } from "../../adapters/sqlite/data-dir-refused.ts"
import { destroyedKeysOf } from "../../adapters/sqlite/backups/destroyed-keys.ts"
import { makeKeyIdOf } from "../../adapters/sqlite/backups/key-id-of.ts"
import { isDataDirInUse, lockDataDir } from "../../adapters/sqlite/lock.ts"
import { makePartials, putInPlace, removePartials } from "../../adapters/sqlite/backups/restore-files.ts"
import { bytesOf, freeBytes } from "../../adapters/sqlite/backups/room.ts"
import { streamOf } from "../../application/history/ids.ts"
import type { Tombstone } from "../../application/ports/tombstones.ts"
import type { PlaceOfData } from "../place-of-data.ts"
import { attempt, failed, needRoom, refused } from "./backup-refused.ts"
import { openBackup } from "./checked-backup.ts"
import type { Connection } from "./copied-file.ts"

const inUse = "DATA_DIR is in use: stop the service, or whatever else works on it, before a backup is put back."

/** Nobody else works on the directory until the scope ends. */
const lock = (dataDir: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => lockDataDir(dataDir),
      catch: (error) => failed(error instanceof DataDirRefused && error.reason !== "in_use" ? error.message : inUse)
    }),
    (lock) => Effect.sync(() => lock.close())
  )

/** A receipt does not sign which key it is about: the log says so, where it knows of the registration. */
const checkKeys = (log: Connection, tombstones: ReadonlyArray<Tombstone>) => {
  const keyIdOf = makeKeyIdOf(log)
  return tombstones.every(({ keyId, receipt }) => {
    const known = keyIdOf(streamOf(receipt.registrationId))
    return known === undefined || known === keyId
  })
}

/** What the vault that is there has destroyed would be readable again: the list has to name it. */
const needErasures = Effect.fnUntraced(function* (
  dataDir: string,
  vaultId: string,
  tombstones: ReadonlyArray<Tombstone>
) {
  const listed = new Set(tombstones.map(({ keyId }) => keyId))
  const missing = (yield* destroyedKeysOf(dataDir, vaultId)).filter((keyId) => !listed.has(keyId)).length
  if (missing > 0)
    return yield* refused(
      `DATA_DIR knows of erasures (${missing}) that are not in the list: give what certreg erasures prints there with --erasures.`
    )
})

/**
 * Puts a backup back in `DATA_DIR`, with the keys of these tombstones destroyed. Nothing is touched before the whole backup was found good,
 * and what is there is moved aside. Answers what was put back, and the name of the folder that holds what was there before.
 */
export const restoreBackup = Effect.fnUntraced(function* (
  { dataDir, eventStore }: PlaceOfData,
  folder: string,
  tombstones: ReadonlyArray<Tombstone>
) {
  if (yield* attempt("DATA_DIR cannot be read", () => isDataDirInUse(dataDir))) return yield* failed(inUse)
  const { manifest, log, vault } = yield* openBackup(folder, eventStore.kind === "sqlite")
  if (log && !(yield* attempt("log.db cannot be read", () => checkKeys(log, tombstones))))
    return yield* refused("A receipt names another key than the log has for its registration.")
  yield* attempt("DATA_DIR cannot be made", () => mkdirSync(dataDir, { recursive: true, mode: 0o700 }))
  yield* lock(dataDir)
  yield* needErasures(dataDir, manifest.vaultId, tombstones)
  const needed = (log ? bytesOf(log) : 0) + 2 * bytesOf(vault)
  yield* needRoom(yield* attempt("The disk does not say how much room it has", () => freeBytes(dataDir)), needed)
  yield* attempt("The files cannot be made in DATA_DIR", () => {
    for (const path of makePartials(dataDir, { vault, ...(log ? { log } : {}) }, tombstones)) syncFile(path)
  }).pipe(Effect.tapError(() => Effect.ignore(attempt("They cannot be removed", () => removePartials(dataDir)))))
  const time = new Date().toISOString().replace(/\W/g, "")
  const aside = yield* attempt("The files cannot be put in place; run it again", () =>
    putInPlace(dataDir, time, syncFolder)
  )
  return { manifest, aside }
}, Effect.scoped)
