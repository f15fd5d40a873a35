import type { DatabaseSync } from "node:sqlite"
import type { Seen } from "../../application/ports/tips.ts"

/** What two databases with today's schema know of each other. Of a log that lies elsewhere nothing is known here. */
export const readSeen = (vault: DatabaseSync, log?: DatabaseSync): Seen => {
  if (log === undefined) return { isVaultOlder: false }
  // The log first: beside a service that writes, the vault is the same age or younger.
  const { known } = log.prepare("SELECT vault_commits AS known FROM tips").get() as { known: number }
  const { commits, logEnd } = vault.prepare("SELECT commits, log_end AS logEnd FROM tips").get() as {
    readonly commits: number
    readonly logEnd: number | null
  }
  return { ...(logEnd === null ? {} : { logEnd }), isVaultOlder: commits < known }
}
