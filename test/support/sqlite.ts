import { Layer, Redacted } from "effect"
import { sqliteEventStoreLayer } from "../../src/adapters/sqlite/event-store.ts"
import { sqliteKeptCheckpointLayer } from "../../src/adapters/sqlite/kept-checkpoint.ts"
import { sqliteKeyRewrapLayer } from "../../src/adapters/sqlite/key-rewrap.ts"
import { sqliteMessagesLayer } from "../../src/adapters/sqlite/messages.ts"
import { sqliteRegistrationListLayer } from "../../src/adapters/sqlite/registration-list.ts"
import {
  type SqliteOptions,
  sqliteDatabaseLayer,
  sqliteWithoutLogLayer
} from "../../src/adapters/sqlite/sqlite-database.ts"
import { sqliteTipsLayer } from "../../src/adapters/sqlite/tips.ts"
import { sqliteTombstonesLayer } from "../../src/adapters/sqlite/tombstones.ts"
import { sqliteVaultLayer } from "../../src/adapters/sqlite/vault.ts"
import { sqliteViewsLayer } from "../../src/adapters/sqlite/views.ts"
import { sqliteViewsRebuildLayer } from "../../src/adapters/sqlite/views-rebuild.ts"

const masterKey = Redacted.make(Buffer.alloc(32, 7))

const vaultLayers = Layer.mergeAll(
  sqliteVaultLayer([masterKey]),
  sqliteTombstonesLayer,
  sqliteKeptCheckpointLayer,
  sqliteKeyRewrapLayer([masterKey]),
  sqliteTipsLayer
)

const viewsLayers = Layer.mergeAll(
  sqliteViewsLayer,
  sqliteMessagesLayer,
  sqliteRegistrationListLayer,
  sqliteViewsRebuildLayer
)

/** All SQLite adapters on one directory. A fatal end throws, unless the test says otherwise. */
export const sqliteLayer = (dataDir: string, options: Partial<SqliteOptions> = {}) =>
  Layer.mergeAll(sqliteEventStoreLayer, vaultLayers, viewsLayers).pipe(
    Layer.provideMerge(sqliteDatabaseLayer({ dataDir, onFatal: throwFatal, ...options }))
  )

/** Vault and views of a directory whose log lies elsewhere. */
export const sqliteWithoutLog = (dataDir: string, options: Partial<SqliteOptions> = {}) =>
  Layer.mergeAll(vaultLayers, viewsLayers).pipe(
    Layer.provideMerge(sqliteWithoutLogLayer({ dataDir, onFatal: throwFatal, ...options }))
  )

export const throwFatal = (code: string) => {
  throw new Error(`the writer failed: ${code}`)
}
