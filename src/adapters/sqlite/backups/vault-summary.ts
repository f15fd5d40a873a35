import type { DatabaseSync } from "node:sqlite"

/** Whose a vault is, and how far. */
type VaultSummary = {
  readonly vaultId: string
  readonly logId: string
  readonly epoch: number
  /** Place of the last checkpoint that it knows of; null before the first. */
  readonly revision: number | null
  /** How often it was written. */
  readonly commits: number
  /** The end of the log when it was written last; null where that lies elsewhere, or was put back since. */
  readonly logEnd: number | null
}

/** Of a vault with today's schema; undefined before the first start was through. */
export const summariseVault = (vault: DatabaseSync): VaultSummary | undefined => {
  const found = vault
    .prepare(
      `SELECT vault.id AS vaultId, log.id AS logId, log.epoch, revision, commits, log_end AS logEnd
       FROM vault, log, tips LEFT JOIN checkpoint ON checkpoint.log_id = log.id`
    )
    .get() as VaultSummary | undefined
  return found && { ...found }
}

/** The id of a vault, whatever version wrote it. */
export const vaultIdOf = (vault: DatabaseSync): string | undefined =>
  vault.prepare("SELECT id FROM vault").get()?.["id"] as string | undefined
