import type { DatabaseSync } from "node:sqlite"
import { Layer } from "effect"
import type { EventStore } from "../../../application/ports/event-store.ts"
import { sqliteEventStoreLayer } from "../event-store.ts"
import { readOnlyLog } from "../read-only.ts"
import { SqliteLog } from "../sqlite-database.ts"

/** The log of a copy, to look at. */
export const copiedLogLayer = (log: DatabaseSync): Layer.Layer<EventStore> =>
  Layer.provide(sqliteEventStoreLayer, Layer.succeed(SqliteLog, readOnlyLog(log)))
