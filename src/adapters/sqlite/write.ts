import type { DatabaseSync } from "node:sqlite"
import { lockTimeout } from "./connection.ts"
import type { Outcome, WriteJob } from "./jobs.ts"
import { type WriteName, writes } from "./statements.ts"
import { passingCode, transaction } from "./transaction.ts"

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
      return impatiently(vault, () => ((truncate.get() as { busy: number }).busy === 0 ? 1 : 0))
    } catch (error) {
      return passingCode(error)
    }
  }
}

/** Bytes. Where one page found room, the next append might be refused again. */
const worthwhile = 65_536

/**
 * Finds out whether there is room for more than a few writes. Of what it writes nothing stays but free pages, which the next writes use; on its
 * way through the WAL all of it needs room.
 */
export const makeProbe = (db: DatabaseSync): (() => Outcome) => {
  const fill = `CREATE TABLE probe (filler BLOB) STRICT; INSERT INTO probe VALUES (zeroblob(${worthwhile})); DROP TABLE probe`
  return () => impatiently(db, () => transaction(db, () => db.exec(fill)) ?? 1)
}

/** The writer has others to serve than to wait for whoever has a lock: who asked tries again. */
const impatiently = <A>(db: DatabaseSync, work: () => A): A => {
  try {
    db.exec("PRAGMA busy_timeout = 0")
    return work()
  } finally {
    db.exec(`PRAGMA busy_timeout = ${lockTimeout}`)
  }
}
