import type { DatabaseSync } from "node:sqlite"
import { lockTimeout } from "./connection.ts"
import type { Outcome, WriteJob } from "./jobs.ts"
import { type WriteName, writes } from "./statements.ts"
import { passingCode } from "./transaction.ts"

/** Runs named statements inside a transaction of the caller. */
export const makeWrite = (db: DatabaseSync, kind: keyof typeof writes): ((job: WriteJob) => number) => {
  const statements = new Map(Object.entries(writes[kind]).map(([name, sql]) => [name as WriteName, db.prepare(sql)]))
  return ([, steps]) => {
    let changes = 0
    for (const [name, ...values] of steps) {
      const statement = statements.get(name)
      if (statement === undefined) throw new Error(`${kind} has no statement ${name}`)
      changes = Number(statement.run(...values).changes)
    }
    return changes
  }
}

/** A destroyed key stays readable in the WAL until that is truncated, which no reader lets happen meanwhile. */
export const makeScrub = (vault: DatabaseSync): (() => Outcome) => {
  const truncate = vault.prepare("PRAGMA wal_checkpoint(TRUNCATE)")
  return () => {
    try {
      // The writer has others to serve than to wait for a reader: who asked tries again.
      vault.exec("PRAGMA busy_timeout = 0")
      return (truncate.get() as { busy: number }).busy === 0 ? 1 : 0
    } catch (error) {
      return passingCode(error)
    } finally {
      vault.exec(`PRAGMA busy_timeout = ${lockTimeout}`)
    }
  }
}
