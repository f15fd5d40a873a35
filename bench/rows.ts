import { Layer } from "effect"
import { Agenda } from "../src/application/driving/agenda.ts"
import { Reconciled } from "../src/application/driving/reconciled.ts"
import { settingsWith } from "../test/support/settings.ts"
import { storesLayer } from "./stores.ts"

/** What makes rows and messages on a data directory. */
export const rowsLayer = (dataDir: string) =>
  Layer.mergeAll(Agenda.layer, Reconciled.layer).pipe(
    Layer.provideMerge(Layer.merge(storesLayer(dataDir), settingsWith()))
  )
