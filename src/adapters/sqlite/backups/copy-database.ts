import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { openFile } from "../connection.ts"
import { refusalOf, versionOf } from "../migrations.ts"
import type { Database } from "../schema.ts"

/**
 * Copies a database as it is at this moment into a new file (mode 0600), with all that is committed and lies in its WAL; who writes to it
 * goes on. `VACUUM INTO` ends beside a writer, where SQLite's backup begins anew with each write.
 */
export const copyDatabase = (db: DatabaseSync, folder: string, file: string): void => {
  // Empty, it is taken as new, and keeps its mode.
  openFile(folder, file).close()
  // The copy inherits it: without it, parts of its pages that are not in use hold keys a second time, and no erasure finds those.
  db.exec("PRAGMA secure_delete = ON")
  db.prepare("VACUUM INTO ?").run(join(folder, file))
}

/**
 * Opens a copy that nobody writes to, by its bytes alone: whatever lies beside it under the name of a WAL or a journal is not its own.
 * Throws `DataDirRefused` where it is not that database, or of a newer version.
 */
export const openCopy = (folder: string, database: Database, file = database.file): DatabaseSync => {
  const url = pathToFileURL(join(folder, file))
  url.searchParams.set("immutable", "1")
  const db = new DatabaseSync(url, { readOnly: true })
  try {
    versionOf(db, database)
    return db
  } catch (error) {
    db.close()
    throw refusalOf(error, database)
  }
}
