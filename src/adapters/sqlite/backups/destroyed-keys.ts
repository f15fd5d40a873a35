import { Effect } from "effect"
import { openKnown } from "../read-only.ts"
import * as schema from "../schema.ts"
import { vaultIdOf } from "./vault-summary.ts"

/** The keys that a vault in a directory says were destroyed, with a receipt; none where it cannot be read, or is another one. */
export const destroyedKeysOf = Effect.fnUntraced(
  function* (dataDir: string, vaultId: string) {
    const vault = yield* openKnown(dataDir, schema.vault)
    if (vaultIdOf(vault) !== vaultId) return []
    return vault
      .prepare("SELECT key_id FROM tombstones WHERE receipt IS NOT NULL")
      .all()
      .map((row) => String(row["key_id"]))
  },
  Effect.scoped,
  Effect.orElseSucceed((): ReadonlyArray<string> => [])
)
