import type { DatabaseSync } from "node:sqlite"
import { openFile, sizeOf } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import type { Database } from "./schema.ts"
import { codeOf } from "./sqlite-code.ts"

/** Opens a database with today's schema, making or migrating it; throws `DataDirRefused`. */
export const openMigrated = (dir: string, database: Database, timeout?: number): DatabaseSync => {
  let db: DatabaseSync | undefined
  try {
    // Before it is opened, since that may change it.
    const isDamaged = isCut(dir, database)
    db = openFile(dir, database.file, timeout)
    const version = versionOf(db, database)
    if (isDamaged) throw new DataDirRefused({ file: database.file, reason: "damaged" })
    db.exec(database.pragmas)
    database.steps.slice(version).forEach((step, i) => {
      db?.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA application_id = ${database.applicationId};
        PRAGMA user_version = ${version + i + 1}; COMMIT`)
    })
    return db
  } catch (error) {
    db?.close()
    throw refusalOf(error, database)
  }
}

/** Of all our databases: SQLite's default, which no pragma of ours changes. */
const pageSize = 4096

/** SQLite fills a last page that was cut with zeros. Only with a write-ahead log may one be incomplete. */
export const isCut = (dir: string, { file }: Pick<Database, "file">): boolean =>
  sizeOf(dir, file) % pageSize !== 0 && sizeOf(dir, `${file}-wal`) === 0

/** The schema version of a database that is ours, 0 for a new one. */
export const versionOf = (db: DatabaseSync, { file, applicationId, steps }: Database): number => {
  const {
    application_id: id,
    user_version: version,
    tables
  } = db
    .prepare("SELECT * FROM pragma_application_id, pragma_user_version, (SELECT count(*) AS tables FROM sqlite_schema)")
    .get() as { application_id: number; user_version: number; tables: number }
  const isNew = id === 0 && version === 0 && tables === 0
  if (!isNew && id !== applicationId) throw new DataDirRefused({ file, reason: "foreign" })
  if (version > steps.length) throw new DataDirRefused({ file, reason: "newer_schema" })
  return version
}

/** What a failure to read or change a database at the start means for the operator. */
export const refusalOf = (error: unknown, { file }: Database): DataDirRefused => {
  if (error instanceof DataDirRefused) return error
  const code = codeOf(error)
  return code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT"
    ? new DataDirRefused({ file, reason: "damaged" })
    : new DataDirRefused({ file, reason: "cannot_open", code })
}
