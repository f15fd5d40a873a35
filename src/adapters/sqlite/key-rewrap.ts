import { Effect, Layer } from "effect"
import { KeyRewrap, type Rewrapped } from "../../application/ports/key-rewrap.ts"
import type { MasterKeys } from "../../application/ports/vault.ts"
import type { Step } from "./jobs.ts"
import { type KeyWrapping, makeKeyWrapping } from "./key-wrapping.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { look, scrub, write } from "./vault-access.ts"

/** Keys that are looked at together: a few milliseconds of this thread. */
const pageSize = 200

type Row = { readonly id: string; readonly wrapped: string }

export const sqliteKeyRewrapLayer = (masterKeys: MasterKeys): Layer.Layer<KeyRewrap, never, SqliteDatabase> =>
  Layer.effect(
    KeyRewrap,
    Effect.map(SqliteDatabase, ({ vault, writer }) => {
      const named = vault.prepare("SELECT id FROM vault")
      const counted = vault.prepare(
        `SELECT (SELECT count(*) FROM keys) - (SELECT count(*) FROM tombstones JOIN keys ON id = key_id) AS count`
      )
      const keys = vault.prepare(
        `SELECT id, wrapped FROM keys WHERE id > ? AND NOT EXISTS (SELECT 1 FROM tombstones WHERE key_id = id)
         ORDER BY id LIMIT ?`
      )
      const secrets = vault.prepare("SELECT name AS id, wrapped FROM secrets")
      /** When it is asked for: a new vault gets its name while this is built. */
      const wrapping = () => makeKeyWrapping(masterKeys, (named.get() as { readonly id: string }).id)

      return {
        count: look("count", () => (counted.get() as { readonly count: number }).count),
        page: Effect.fnUntraced(function* (after: string) {
          const { steps, rewrapped } = yield* look("page", () =>
            rewrap(wrapping(), "rewrapKey", keys.all(after, pageSize) as unknown as ReadonlyArray<Row>)
          )
          if (steps.length > 0) yield* write(writer, "page", steps)
          return rewrapped
        }),
        finish: Effect.gen(function* () {
          const { steps } = yield* look("finish", () =>
            rewrap(wrapping(), "rewrapSecret", secrets.all() as unknown as ReadonlyArray<Row>)
          )
          yield* write(writer, "finish", [["forgetFirstKeys"], ...steps])
          yield* scrub(writer, "finish")
        })
      }
    })
  )

/** What has to be written so that all of them are wrapped under the first master key: nothing of what was changed meanwhile. */
const rewrap = (
  { wrap, unwrap }: KeyWrapping,
  name: "rewrapKey" | "rewrapSecret",
  rows: ReadonlyArray<Row>
): { readonly steps: ReadonlyArray<Step>; readonly rewrapped: Rewrapped } => {
  const steps: Array<Step> = []
  let [current, unopened] = [0, 0]
  for (const { id, wrapped } of rows) {
    const key = unwrap(id, wrapped)
    // The same key under the same master key comes to the same text.
    const anew = key && wrap(id, key)
    if (anew === undefined) unopened++
    else if (anew === wrapped) current++
    else steps.push([name, anew, id, wrapped])
  }
  const last = rows.at(-1)?.id
  return { steps, rewrapped: { ...(last === undefined ? {} : { last }), rewrapped: steps.length, current, unopened } }
}
