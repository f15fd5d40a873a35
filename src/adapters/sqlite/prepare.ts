import { rmSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { DataDirRefused } from "./data-dir-refused.ts"
import { openMigrated } from "./migrations.ts"
import * as schema from "./schema.ts"

/** What the writer of a directory starts from. */
export type Prepared = { readonly epoch: number; readonly head: number }

/** Makes or migrates the databases of a directory that is locked, and raises the writer epoch. Throws `DataDirRefused`. */
export const prepareDatabases = (dir: string): Prepared => {
  openMigrated(dir, schema.vault).close()
  const log = openMigrated(dir, schema.log)
  try {
    const { head } = log.prepare("SELECT ifnull(max(position), 0) AS head FROM events").get() as { head: number }
    prepareViews(dir, head)
    const { epoch } = log.prepare("UPDATE writer SET epoch = epoch + 1 RETURNING epoch").get() as { epoch: number }
    return { epoch, head }
  } finally {
    log.close()
  }
}

/** Views that do not open, or that know more than the log, are made anew: they are derived from it. */
const prepareViews = (dir: string, head: number): void => {
  const views = openUsable(dir)
  if (views !== undefined) {
    const { position } = views.prepare("SELECT position FROM position").get() as { position: number }
    views.close()
    if (position <= head) return
  }
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dir, schema.views.file + suffix), { force: true })
  openMigrated(dir, schema.views).close()
}

const openUsable = (dir: string): DatabaseSync | undefined => {
  try {
    return openMigrated(dir, schema.views)
  } catch (error) {
    if (error instanceof DataDirRefused && error.reason !== "cannot_open") return undefined
    throw error
  }
}
