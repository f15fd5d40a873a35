import { rmSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { sizeOf } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import { openMigrated, refusalOf } from "./migrations.ts"
import * as schema from "./schema.ts"

/** What the writer of a directory starts from. */
export type Prepared = { readonly epoch: number; readonly head: number }

/** Makes or migrates the databases of a directory that is locked, and raises the writer epoch. Throws `DataDirRefused`. */
export const prepareDatabases = (dir: string): Prepared => {
  const log = openLogAndVault(dir)
  try {
    const { head } = log.prepare("SELECT ifnull(max(position), 0) AS head FROM events").get() as { head: number }
    prepareViews(dir, head)
    const { epoch } = log.prepare("UPDATE writer SET epoch = epoch + 1 RETURNING epoch").get() as { epoch: number }
    return { epoch, head }
  } catch (error) {
    throw refusalOf(error, schema.log)
  } finally {
    log.close()
  }
}

/**
 * The log, once both are there. Neither is made anew while the other one is in use: a new one would hide that it was lost. The vault is
 * made first and named last, so that a first start that died in between goes on.
 */
const openLogAndVault = (dir: string): DatabaseSync => {
  const isThere = ({ file }: schema.Database) => sizeOf(dir, file) > 0
  const log = isThere(schema.log) ? openMigrated(dir, schema.log) : undefined
  try {
    if (log && !isThere(schema.vault)) throw new DataDirRefused({ file: schema.vault.file, reason: "lost" })
    if (isVaultNamed(dir) && !log) throw new DataDirRefused({ file: schema.log.file, reason: "lost" })
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

/** Views that do not open, or that know more than the log, are made anew: they are derived from it. */
const prepareViews = (dir: string, head: number): void => {
  const position = positionOf(dir)
  if (position !== undefined && position <= head) return
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dir, schema.views.file + suffix), { force: true })
  openMigrated(dir, schema.views).close()
}

/** undefined: the views are of no use. */
const positionOf = (dir: string): number | undefined => {
  let views: DatabaseSync | undefined
  try {
    views = openMigrated(dir, schema.views)
    return (views.prepare("SELECT position FROM position").get() as { position: number } | undefined)?.position
  } catch (error) {
    if (error instanceof DataDirRefused && error.reason === "cannot_open") throw error
    return undefined
  } finally {
    views?.close()
  }
}
