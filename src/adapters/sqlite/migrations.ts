import type { DatabaseSync } from "node:sqlite"
import { openFile } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import type { Database } from "./schema.ts"
import { codeOf } from "./sqlite-code.ts"

/** Opens a database with today's schema, making or migrating it; throws `DataDirRefused`. */
export const openMigrated = (dir: string, database: Database): DatabaseSync => {
  let db: DatabaseSync | undefined
  try {
    db = openFile(dir, database.file)
    const version = versionOf(db, database)
    db.exec(database.pragmas)
    database.steps.slice(version).forEach((step, i) => {
      db?.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA application_id = ${database.applicationId};
        PRAGMA user_version = ${version + i + 1}; COMMIT`)
    })
    return db
  } catch (error) {
    db?.close()
    throw error instanceof DataDirRefused ? error : refusal(database.file, codeOf(error))
  }
}

/** The schema version of a database that is ours, 0 for a new one. */
const versionOf = (db: DatabaseSync, { file, applicationId, steps }: Database): number => {
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

const refusal = (file: string, code: string): DataDirRefused =>
  code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT"
    ? new DataDirRefused({ file, reason: "damaged" })
    : new DataDirRefused({ file, reason: "cannot_open", code })
