import type { DatabaseSync } from "node:sqlite"
import { codeOf } from "./sqlite-code.ts"

/** Failures that leave a database as it was, and that pass: no room, or another connection's lock. */
const passing: ReadonlySet<string> = new Set(["SQLITE_FULL", "SQLITE_BUSY"])

/** The code of a failure that passes; throws any other on. */
export const passingCode = (error: unknown): string => {
  const code = codeOf(error)
  if (!passing.has(code)) throw error
  return code
}

/**
 * Commits what `work` writes, or nothing. Answers the code of a failure that passes; throws any other, after which it is not known what
 * was committed.
 */
export const transaction = (db: DatabaseSync, work: () => void): string | undefined => {
  try {
    db.exec("BEGIN IMMEDIATE")
    work()
    db.exec("COMMIT")
    return undefined
  } catch (error) {
    // A failed commit has often rolled back already.
    if (db.isTransaction) db.exec("ROLLBACK")
    return passingCode(error)
  }
}
