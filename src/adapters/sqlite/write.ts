import type { DatabaseSync } from "node:sqlite"
import { guarded, type WriteJob } from "./jobs.ts"
import { guards, type WriteName, writes } from "./statements.ts"

/** Runs named statements inside a transaction of the caller. */
export const makeWrite = (db: DatabaseSync, kind: keyof typeof writes): ((job: WriteJob) => number) => {
  const statements = new Map(Object.entries(writes[kind]).map(([name, sql]) => [name as WriteName, db.prepare(sql)]))
  return ([, steps]) => {
    let changes = 0
    for (const [name, ...values] of steps) {
      const statement = statements.get(name)
      if (statement === undefined) throw new Error(`${kind} has no statement ${name}`)
      changes = Number(statement.run(...values).changes)
      if (changes === 0 && guards.has(name)) return guarded
    }
    return changes
  }
}
