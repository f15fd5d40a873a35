import type { DatabaseSync } from "node:sqlite"
import { impatiently } from "./connection.ts"
import type { JobOutcome } from "./jobs.ts"
import { transaction } from "./transaction.ts"

/** Bytes. Where one page found room, the next append might be refused again. */
const worthwhile = 65_536

/**
 * Finds out whether there is room for more than a few writes. Of what it writes nothing stays but free pages, which the next writes use; on its
 * way through the WAL all of it needs room.
 */
export const makeProbe = (db: DatabaseSync): (() => JobOutcome) => {
  const fill = `CREATE TABLE probe (filler BLOB) STRICT; INSERT INTO probe VALUES (zeroblob(${worthwhile})); DROP TABLE probe`
  return () => impatiently(db, () => transaction(db, () => db.exec(fill)) ?? 1)
}
