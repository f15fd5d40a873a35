import { DatabaseSync } from "node:sqlite"
import type * as schema from "./schema.ts"

/** Tables with their columns, indexes and triggers, a line each. */
const shapeOf = (db: DatabaseSync): ReadonlyArray<string> =>
  db
    .prepare(
      `SELECT m.type, m.name, m.tbl_name, l.strict, p.name AS column, p.type AS of, p."notnull", p.pk
       FROM sqlite_schema m LEFT JOIN pragma_table_list l ON l.name = m.name LEFT JOIN pragma_table_xinfo(m.name) p`
    )
    .all()
    .map((row) => JSON.stringify(row))

/** Whether a database still has all that its steps made: what somebody made anew by hand may hold what no reader expects. */
export const isAsMade = (db: DatabaseSync, { steps }: schema.Database): boolean => {
  const made = new DatabaseSync(":memory:")
  try {
    for (const step of steps) made.exec(step)
    const found = new Set(shapeOf(db))
    return shapeOf(made).every((line) => found.has(line))
  } finally {
    made.close()
  }
}
