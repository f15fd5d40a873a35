import { rmSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { Seen } from "../../application/ports/tips.ts"
import { refuseHalfRestored, removePartials } from "./backups/restore-files.ts"
import { sizeOf } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import type { LogPlace } from "./jobs.ts"
import { openMigrated, refusalOf } from "./migrations.ts"
import * as schema from "./schema.ts"
import { readSeen } from "./seen.ts"

/** What the writer of a directory starts from. */
export type Prepared = { readonly epoch: number; readonly head: number; readonly seen: Seen }

/** Makes or migrates the databases of a directory that is locked, and raises the writer epoch. Throws `DataDirRefused`. */
export const prepareDatabases = (dir: string, place: LogPlace): Prepared => {
  refuseHalfRestored(dir)
  removePartials(dir)
  // The epoch is counted in the database that matters most to this writer.
  const [root, database] = place === "here" ? [openLogAndVault(dir), schema.log] : [openVaultAlone(dir), schema.vault]
  try {
    const head = place === "here" ? endOf(root) : 0
    const seen = place === "here" ? seenOf(dir, root) : { isVaultOlder: false }
    prepareViews(dir)
    const { epoch } = root.prepare("UPDATE writer SET epoch = epoch + 1 RETURNING epoch").get() as { epoch: number }
    return { epoch, head, seen }
  } catch (error) {
    throw refusalOf(error, database)
  } finally {
    root.close()
  }
}

const endOf = (log: DatabaseSync): number =>
  (log.prepare("SELECT ifnull(max(position), 0) AS head FROM events").get() as { head: number }).head

const seenOf = (dir: string, log: DatabaseSync): Seen => {
  const vault = openMigrated(dir, schema.vault)
  try {
    return readSeen(vault, log)
  } catch (error) {
    throw refusalOf(error, schema.vault)
  } finally {
    vault.close()
  }
}

const isThere = (dir: string, { file }: schema.Database): boolean => sizeOf(dir, file) > 0

/** The vault, where no log of ours lies beside it: its history would go on elsewhere. */
const openVaultAlone = (dir: string): DatabaseSync => {
  if (isThere(dir, schema.log)) throw new DataDirRefused({ file: schema.log.file, reason: "other_store" })
  return openMigrated(dir, schema.vault)
}

/**
 * The log, once both are there. Neither is made anew while the other one is in use: a new one would hide that it was lost. The vault is
 * made first and named last, so that a first start that died in between goes on.
 */
const openLogAndVault = (dir: string): DatabaseSync => {
  const log = isThere(dir, schema.log) ? openMigrated(dir, schema.log) : undefined
  try {
    if (log && !isThere(dir, schema.vault)) throw new DataDirRefused({ file: schema.vault.file, reason: "lost" })
    if (isVaultNamed(dir) && !log) throw new DataDirRefused({ file: schema.log.file, reason: "log_lost" })
    return log ?? openMigrated(dir, schema.log)
  } catch (error) {
    log?.close()
    throw error
  }
}

const isVaultNamed = (dir: string): boolean => {
  const vault = openMigrated(dir, schema.vault)
  try {
    return vault.prepare("SELECT id FROM vault").get() !== undefined
  } catch (error) {
    throw refusalOf(error, schema.vault)
  } finally {
    vault.close()
  }
}

/** Views that do not open are made anew: they are derived from the log. Where they know more than it does, that is not for us to hide. */
const prepareViews = (dir: string): void => {
  if (isOfUse(dir)) return
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dir, schema.views.file + suffix), { force: true })
  openMigrated(dir, schema.views).close()
}

const isOfUse = (dir: string): boolean => {
  let views: DatabaseSync | undefined
  try {
    views = openMigrated(dir, schema.views)
    return views.prepare("SELECT position FROM generations NATURAL JOIN live").get() !== undefined
  } catch (error) {
    if (error instanceof DataDirRefused && error.reason === "cannot_open" && !isOfContent(error)) throw error
    return false
  } finally {
    views?.close()
  }
}

/** A migration met rows that no version of ours has written. */
const isOfContent = ({ code }: DataDirRefused): boolean => code === "SQLITE_ERROR" || code === "SQLITE_CONSTRAINT"
