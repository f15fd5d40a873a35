import { mkdirSync } from "node:fs"
import { Effect } from "effect"
import { syncFile } from "../../adapters/files/durable.ts"
import { makeHoldsKey, makeKeyIdOf } from "../../adapters/sqlite/backups/key-id-of.ts"
import { destroyedKeysIn, erasedKeysIn, knownErasures } from "../../adapters/sqlite/backups/known-erasures.ts"
import { formerFilesOf, makePartials, putInPlace, removePartials } from "../../adapters/sqlite/backups/restore-files.ts"
import { bytesOf, freeBytes } from "../../adapters/sqlite/backups/room.ts"
import { DataDirRefused } from "../../adapters/sqlite/data-dir-refused.ts"
import { isDataDirInUse, lockDataDir } from "../../adapters/sqlite/lock.ts"
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

/**
 * A receipt does not sign which key it is about: the log says so, where it knows of the registration. That one may have been forgotten and
 * requested anew since: a key that the backup does not have needs no proof.
 */
const checkKeys = (log: Connection, vault: Connection, tombstones: ReadonlyArray<Tombstone>) => {
  const keyIdOf = makeKeyIdOf(log)
  const holdsKey = makeHoldsKey(vault)
  return tombstones.every(({ keyId, receipt }) => {
    const known = keyIdOf(streamOf(receipt.registrationId))
    return known === undefined || known === keyId || !holdsKey(keyId)
  })
}

/** What was erased in the directory that is there would be readable again: the list has to name it, unless the backup knows of it. */
const needErasures = Effect.fnUntraced(function* (
  dataDir: string,
  vaultId: string,
  backup: { readonly log: Connection | undefined; readonly vault: Connection },
  tombstones: ReadonlyArray<Tombstone>
) {
  const { destroyed, undestroyed } = yield* attempt(
    "What DATA_DIR knows of erasures cannot be read; where that is lost, take an empty DATA_DIR",
    () => knownErasures(formerFilesOf(dataDir), vaultId)
  )
  const inBackup = yield* attempt("The backup cannot be read", () => ({
    destroyed: destroyedKeysIn(backup.vault),
    erased: backup.log ? erasedKeysIn(backup.log) : []
  }))
  const known = new Set([...inBackup.destroyed, ...tombstones.map(({ keyId }) => keyId)])
  const missing = destroyed.filter((keyId) => !known.has(keyId)).length
  if (missing > 0)
    return yield* refused(
      `DATA_DIR knows of erasures (${missing}) that are not in the list: give what certreg erasures prints there with --erasures.`
    )
  // What is erased in the backup's log, the next start destroys.
  for (const keyId of inBackup.erased) known.add(keyId)
  const unfinished = undestroyed.filter((keyId) => !known.has(keyId)).length
  if (unfinished > 0)
    return yield* refused(
      `DATA_DIR knows of erasures (${unfinished}) that did not get to their end: start the service there once, then give what certreg erasures prints with --erasures. Where it does not start, take an empty DATA_DIR, and erase again.`
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
  if (log && !(yield* attempt("log.db cannot be read", () => checkKeys(log, vault, tombstones))))
    return yield* refused("A receipt names another key than the log has for its registration.")
  yield* attempt("DATA_DIR cannot be made", () => mkdirSync(dataDir, { recursive: true, mode: 0o700 }))
  yield* lock(dataDir)
  yield* needErasures(dataDir, manifest.vaultId, { log, vault }, tombstones)
  const needed = (log ? bytesOf(log) : 0) + 2 * bytesOf(vault)
  yield* needRoom(yield* attempt("The disk does not say how much room it has", () => freeBytes(dataDir)), needed)
  yield* attempt("The files cannot be made in DATA_DIR", () => {
    for (const path of makePartials(dataDir, { vault, ...(log ? { log } : {}) }, tombstones)) syncFile(path)
  }).pipe(Effect.tapError(() => Effect.ignore(attempt("They cannot be removed", () => removePartials(dataDir)))))
  const time = new Date().toISOString().replace(/\W/g, "")
  const aside = yield* attempt("The files cannot be put in place; run it again", () => putInPlace(dataDir, time))
  return { manifest, aside }
}, Effect.scoped)
