import { rmSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { Tombstone } from "../../../application/ports/tombstones.ts"
import { openMigrated } from "../migrations.ts"
import * as schema from "../schema.ts"
import { vaultWrites } from "../vault-statements.ts"
import { copyDatabase } from "./copy-database.ts"

/**
 * Copies the vault of a backup into a new file that says of itself that it was put back, and in which the keys of these tombstones are
 * destroyed. They were never in that file: it is a copy of a copy in which they are overwritten already.
 */
export const copyRestoredVault = (
  backup: DatabaseSync,
  folder: string,
  file: string,
  between: string,
  tombstones: ReadonlyArray<Tombstone>
): void => {
  copyDatabase(backup, folder, between)
  const vault = openMigrated(folder, { ...schema.vault, file: between })
  try {
    vault.exec("BEGIN IMMEDIATE")
    destroy(vault, tombstones)
    // What it knew of its log is of no use: that was copied a little earlier, or is put back by other means.
    vault.exec("UPDATE log SET put_back = 1; UPDATE tips SET log_end = NULL; DELETE FROM checkpoint; COMMIT")
    copyDatabase(vault, folder, file)
  } finally {
    vault.close()
  }
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(folder, between + suffix), { force: true })
}

const destroy = (vault: DatabaseSync, tombstones: ReadonlyArray<Tombstone>): void => {
  const overwriteKey = vault.prepare(vaultWrites.overwriteKey)
  const addTombstone = vault.prepare(vaultWrites.addTombstone)
  for (const { keyId, receipt } of tombstones) {
    overwriteKey.run(keyId)
    addTombstone.run(keyId, JSON.stringify(receipt))
  }
}
