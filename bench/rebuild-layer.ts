import { Layer, Redacted } from "effect"
import { sqliteEventStoreLayer } from "../src/adapters/sqlite/event-store.ts"
import { sqliteMessagesLayer } from "../src/adapters/sqlite/messages.ts"
import { sqliteDatabaseLayer } from "../src/adapters/sqlite/sqlite-database.ts"
import { sqliteVaultLayer } from "../src/adapters/sqlite/vault.ts"
import { sqliteViewsLayer } from "../src/adapters/sqlite/views.ts"
import { sqliteViewsRebuildLayer } from "../src/adapters/sqlite/views-rebuild.ts"
import { Agenda } from "../src/application/driving/agenda.ts"
import { Reconciled } from "../src/application/driving/reconciled.ts"
import { Health } from "../src/application/health.ts"
import { LogIdentity } from "../src/application/history/log-identity.ts"
import { NewMessages } from "../src/application/messages/new-messages.ts"
import { Log } from "../src/application/ports/log.ts"
import { settingsWith } from "../test/support/settings.ts"

const onFatal = (code: string) => {
  throw new Error(code)
}
const silent = () => {}

/** What makes rows and messages on a data directory. */
export const rowsLayer = (dataDir: string) => {
  const stores = Layer.mergeAll(
    sqliteEventStoreLayer,
    sqliteVaultLayer([Redacted.make(Buffer.alloc(32, 7))]),
    sqliteViewsLayer,
    sqliteMessagesLayer,
    sqliteViewsRebuildLayer
  ).pipe(Layer.provide(sqliteDatabaseLayer({ dataDir, onFatal })))
  const reconciled = Reconciled.layer.pipe(Layer.provide(Layer.succeed(LogIdentity, { logId: "bench", epoch: 0 })))
  const log = Layer.succeed(Log, { debug: silent, info: silent, warn: silent, error: silent })
  return Agenda.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(stores, Health.layer, NewMessages.layer, settingsWith(), reconciled, log))
  )
}
