import { Layer, Redacted } from "effect"
import { sqliteEventStoreLayer } from "../src/adapters/sqlite/event-store.ts"
import { sqliteMessagesLayer } from "../src/adapters/sqlite/messages.ts"
import { sqlitePublisherCheckpointLayer } from "../src/adapters/sqlite/publisher-checkpoint.ts"
import { sqliteDatabaseLayer } from "../src/adapters/sqlite/sqlite-database.ts"
import { sqliteVaultLayer } from "../src/adapters/sqlite/vault.ts"
import { sqliteViewsLayer } from "../src/adapters/sqlite/views.ts"
import { sqliteViewsRebuildLayer } from "../src/adapters/sqlite/views-rebuild.ts"
import { Health } from "../src/application/health.ts"
import { LogIdentity } from "../src/application/history/log-identity.ts"
import { NewMessages } from "../src/application/messages/new-messages.ts"
import { Log } from "../src/application/ports/log.ts"

export const identity = { logId: "01939d5e-0000-7000-8000-000000000000", epoch: 0 }

const silent = () => {}
const onFatal = (code: string) => {
  throw new Error(code)
}

/** All that is kept in a data directory, and what its users tell each other. Nothing is logged. */
export const storesLayer = (dataDir: string) =>
  Layer.mergeAll(
    sqliteEventStoreLayer,
    sqliteVaultLayer([Redacted.make(Buffer.alloc(32, 7))]),
    sqliteViewsLayer,
    sqliteMessagesLayer,
    sqliteViewsRebuildLayer,
    sqlitePublisherCheckpointLayer
  ).pipe(
    Layer.provide(sqliteDatabaseLayer({ dataDir, onFatal })),
    Layer.provideMerge(Layer.mergeAll(NewMessages.layer, Health.layer)),
    Layer.provideMerge(Layer.succeed(LogIdentity, identity)),
    Layer.provideMerge(Layer.succeed(Log, { debug: silent, info: silent, warn: silent, error: silent }))
  )
