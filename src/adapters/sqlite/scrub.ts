import type { DatabaseSync } from "node:sqlite"
import { impatiently } from "./connection.ts"
import type { JobOutcome } from "./jobs.ts"
import { passingCode } from "./transaction.ts"

/** A destroyed key stays readable in the WAL until that is truncated, which no reader lets happen meanwhile. */
export const makeScrub = (vault: DatabaseSync): (() => JobOutcome) => {
  const truncate = vault.prepare("PRAGMA wal_checkpoint(TRUNCATE)")
  return () => {
    try {
      return impatiently(vault, () => ((truncate.get() as { busy: number }).busy === 0 ? 1 : 0))
    } catch (error) {
      return passingCode(error)
    }
  }
}
