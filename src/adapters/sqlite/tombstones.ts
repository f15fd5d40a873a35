import { Effect, Layer } from "effect"
import {
  type DestroyedUpTo,
  type KeyState,
  type Receipt,
  type Tombstone,
  Tombstones
} from "../../application/ports/tombstones.ts"
import type { Step } from "./jobs.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { look, scrub, write } from "./vault-access.ts"

type State = { readonly isDestroyed: 0 | 1; readonly isThere: 0 | 1; readonly receipt: string | null }
type Row = { readonly keyId: string; readonly receipt: string }

export const sqliteTombstonesLayer: Layer.Layer<Tombstones, never, SqliteDatabase> = Layer.effect(
  Tombstones,
  Effect.map(SqliteDatabase, ({ vault, writer, freshKeys }) => {
    const state = vault.prepare(
      `SELECT key_id IS NOT NULL AS isDestroyed, receipt, EXISTS (SELECT 1 FROM keys WHERE id = ?1) AS isThere
       FROM (SELECT 1) LEFT JOIN tombstones ON key_id = ?1`
    )
    const after = vault.prepare(
      `SELECT key_id AS keyId, receipt FROM tombstones WHERE key_id > ? AND receipt IS NOT NULL
       ORDER BY key_id LIMIT ?`
    )
    const place = vault.prepare("SELECT log_id AS logId, epoch, position FROM destroyed_up_to")

    const destroy = (tombstones: ReadonlyArray<Tombstone>) =>
      write(writer, "destroy", tombstones.flatMap(stepsOf)).pipe(
        // Also when it is not known whether they are gone: what is sealed next has to look.
        Effect.ensuring(Effect.sync(() => tombstones.forEach(({ keyId }) => void freshKeys.delete(keyId)))),
        Effect.andThen(scrub(writer, "destroy"))
      )

    return {
      stateOf: (keyId) => look("stateOf", () => keyStateOf(state.get(keyId) as State)),
      destroy: (tombstones) => (tombstones.length === 0 ? Effect.void : destroy(tombstones)),
      page: (keyId, limit) =>
        look("page", () => (after.all(keyId, limit) as unknown as ReadonlyArray<Row>).map(tombstoneOf)),
      destroyedUpTo: look("destroyedUpTo", () => {
        const found = place.get() as DestroyedUpTo | undefined
        return found && { ...found }
      }),
      saveDestroyedUpTo: ({ logId, epoch, position }) =>
        Effect.asVoid(
          write(writer, "saveDestroyedUpTo", [["forgetDestroyedUpTo"], ["saveDestroyedUpTo", logId, epoch, position]])
        )
    }
  })
)

const stepsOf = ({ keyId, receipt }: Tombstone): ReadonlyArray<Step> => [
  ["overwriteKey", keyId],
  ["addTombstone", keyId, JSON.stringify(receipt)]
]

const keyStateOf = ({ isDestroyed, isThere, receipt }: State): KeyState => {
  if (!isDestroyed) return { _tag: isThere ? "Present" : "Missing" }
  return receipt === null ? { _tag: "Destroyed" } : { _tag: "Destroyed", receipt: readReceipt(receipt) }
}

const tombstoneOf = ({ keyId, receipt }: Row): Tombstone => ({ keyId, receipt: readReceipt(receipt) })

const readReceipt = (text: string): Receipt => JSON.parse(text) as Receipt
