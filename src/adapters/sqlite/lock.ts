import { existsSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { openFile } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import { codeOf } from "./sqlite-code.ts"

const file = "lock.db"

/**
 * Makes this process the only writer of a directory until the connection is closed or the process dies, however it dies. Throws
 * `DataDirRefused` when there is another one.
 */
export const lockDataDir = (dir: string): DatabaseSync => {
  let db: DatabaseSync | undefined
  try {
    db = openFile(dir, file)
    // The file stays empty, and so nothing has to be undone after a crash.
    db.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
    return db
  } catch (error) {
    db?.close()
    const code = codeOf(error)
    if (code === "SQLITE_BUSY") throw new DataDirRefused({ file, reason: "in_use" })
    if (code === "SQLITE_NOTADB") throw new DataDirRefused({ file, reason: "no_lock" })
    throw new DataDirRefused({ file, reason: "cannot_open", code })
  }
}

/**
 * Whether some other process is the writer of a directory. Not for that process itself: closing a file drops its locks on it. For a moment it
 * looks like a writer, too.
 */
export const isDataDirInUse = (dir: string): boolean => {
  const path = join(dir, file)
  if (!existsSync(path)) return false
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 0 })
    db.prepare("SELECT count(*) FROM sqlite_schema").get()
    return false
  } catch (error) {
    // Of anything else whoever locks it says what it is.
    return codeOf(error) === "SQLITE_BUSY"
  } finally {
    db?.close()
  }
}
