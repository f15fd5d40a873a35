import { Effect } from "effect"
import { summariseVault } from "../../adapters/sqlite/backups/vault-summary.ts"
import * as schema from "../../adapters/sqlite/schema.ts"
import { attempt, failed, refused } from "./backup-refused.ts"
import { type Connection, copiedFile } from "./copied-file.ts"

/** Whose a vault is, and how far. */
export const summaryOfVault = Effect.fnUntraced(function* (vault: Connection) {
  const summary = yield* attempt("vault.db cannot be read", () => summariseVault(vault))
  return summary ?? (yield* refused("vault.db belongs to no log yet: start the service once."))
})

/** Copies a vault. The copy holds at least what was there when it was begun, and what the log knows of (a count of commits). */
export const copyVault = Effect.fnUntraced(function* (vault: Connection, folder: string, known: number) {
  const before = yield* summaryOfVault(vault)
  if (before.commits < known)
    return yield* failed("vault.db is older than what the log knows of: its WAL is missing, or it was put back alone.")
  const check = Effect.fnUntraced(function* (copy: Connection) {
    const summary = yield* attempt("The copy of vault.db cannot be read", () => summariseVault(copy))
    if (summary?.vaultId !== before.vaultId || summary.commits < before.commits)
      return yield* failed("The copy of vault.db does not hold what vault.db holds.")
    return summary
  })
  return yield* copiedFile(vault, folder, schema.vault, check)
})
