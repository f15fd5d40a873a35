import { Layer } from "effect"
import { eventStoreDbLayer } from "../adapters/eventstoredb/event-store.ts"
import { sqliteEventStoreLayer } from "../adapters/sqlite/event-store.ts"
import { sqliteKeptCheckpointLayer } from "../adapters/sqlite/kept-checkpoint.ts"
import { sqliteKeyRewrapLayer } from "../adapters/sqlite/key-rewrap.ts"
import { sqliteMessagesLayer } from "../adapters/sqlite/messages.ts"
import { sqliteOperatorRequestsLayer } from "../adapters/sqlite/operator-requests.ts"
import { sqlitePublisherCheckpointLayer } from "../adapters/sqlite/publisher-checkpoint.ts"
import { sqliteRegistrationListLayer } from "../adapters/sqlite/registration-list.ts"
import { sqliteDatabaseLayer, sqliteWithoutLogLayer } from "../adapters/sqlite/sqlite-database.ts"
import { sqliteTipsLayer } from "../adapters/sqlite/tips.ts"
import { sqliteTombstonesLayer } from "../adapters/sqlite/tombstones.ts"
import { sqliteVaultLayer } from "../adapters/sqlite/vault.ts"
import { sqliteViewsLayer } from "../adapters/sqlite/views.ts"
import { sqliteViewsRebuildLayer } from "../adapters/sqlite/views-rebuild.ts"
import type { Telemetry } from "../application/ports/telemetry.ts"
import { awaited } from "./awaited.ts"
import type { Config } from "./config.ts"

/** The log, where it does not lie in the data directory. */
export const logElsewhere = ({ eventStore }: Pick<Config, "eventStore">, telemetry?: Telemetry["Service"]) =>
  eventStore.kind === "eventstoredb"
    ? eventStoreDbLayer({ ...eventStore, ...(telemetry ? { telemetry } : {}) })
    : undefined

/** All that is kept: the log, the vault, the checkpoint, rows and messages, and requests. `onFatal`: nothing can be written any more. */
export const storesLayer = (config: Config, onFatal: (code: string) => void, telemetry?: Telemetry["Service"]) => {
  const { dataDir, masterKeys } = config
  const options = { dataDir, onFatal }
  const keysAndRows = Layer.mergeAll(
    sqliteVaultLayer(masterKeys),
    sqliteTombstonesLayer,
    sqliteKeptCheckpointLayer,
    sqliteKeyRewrapLayer(masterKeys),
    sqliteTipsLayer,
    sqlitePublisherCheckpointLayer,
    sqliteViewsLayer,
    sqliteMessagesLayer,
    sqliteRegistrationListLayer,
    sqliteViewsRebuildLayer,
    sqliteOperatorRequestsLayer(dataDir)
  )
  const elsewhere = logElsewhere(config, telemetry)
  if (!elsewhere) {
    const database = sqliteDatabaseLayer({ ...options, ...(telemetry ? { telemetry } : {}) })
    return Layer.mergeAll(sqliteEventStoreLayer, keysAndRows).pipe(Layer.provide(database))
  }
  // What waits is an append; both would tell the same gauge.
  const ofWriter = telemetry && { telemetry: { ...telemetry, jobsWaiting: () => {} } }
  const database = sqliteWithoutLogLayer({ ...options, ...ofWriter })
  // Nobody waits for a server only to learn that the directory is not to be used.
  return awaited(elsewhere).pipe(Layer.provideMerge(keysAndRows.pipe(Layer.provide(database))))
}
