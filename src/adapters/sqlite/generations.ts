import type { DatabaseSync } from "node:sqlite"

/** In a statement whose `?1` is a generation, or NULL for the live one. */
export const ofGeneration = "generation = ifnull(?1, (SELECT generation FROM live))"

/** Which generations there are. Throws what SQLite throws. */
export const makeGenerations = (views: DatabaseSync) => {
  const numbers = views.prepare(
    "SELECT max(generation) AS newest, (SELECT generation FROM live) AS live FROM generations"
  )
  return () => numbers.get() as { readonly newest: number; readonly live: number }
}

/** Several reads of one state of the database, whatever is committed meanwhile. */
export const snapshot = <A>(db: DatabaseSync, work: () => A): A => {
  db.exec("BEGIN")
  try {
    return work()
  } finally {
    db.exec("COMMIT")
  }
}
