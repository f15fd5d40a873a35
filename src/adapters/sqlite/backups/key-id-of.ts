import type { DatabaseSync } from "node:sqlite"

/** Finds the data key that a log names for a stream of a registration; undefined where it does not know of it. */
export const makeKeyIdOf = (log: DatabaseSync) => {
  const first = log.prepare(
    `SELECT bytes ->> '$.data.personal.keyId' AS keyId FROM events
     WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision = 0`
  )
  return (stream: string): string | undefined =>
    (first.get(stream)?.["keyId"] as string | null | undefined) ?? undefined
}

/** Tells whether a vault still has a data key. */
export const makeHoldsKey = (vault: DatabaseSync) => {
  const found = vault.prepare(
    "SELECT 1 FROM keys WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM tombstones WHERE key_id = ?1)"
  )
  return (keyId: string): boolean => found.get(keyId) !== undefined
}
