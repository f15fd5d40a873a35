import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

it.live("a key that is there and does not unwrap is as missing for who looks at it as for who needs it", () =>
  Effect.gen(function* () {
    const dir = temporaryFolder()
    const createKeys = Vault.use((vault) => Effect.all([vault.createKey("a"), vault.createKey("b")]))
    yield* Effect.provide(createKeys, sqliteLayer(dir), { local: true })
    const db = new DatabaseSync(join(dir, "vault.db"))
    db.exec("UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE id = 'b') WHERE id = 'a'")
    db.close()
    yield* Effect.gen(function* () {
      const error = yield* Effect.flip(Vault.use((vault) => vault.keyFingerprint("a")))
      const state = yield* Tombstones.use((tombstones) => tombstones.stateOf("a"))
      assert.deepStrictEqual([error._tag, state._tag], ["KeyMissing", "Missing"])
    }).pipe(Effect.provide(sqliteLayer(dir), { local: true }))
  })
)
