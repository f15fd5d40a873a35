import { Layer } from "effect"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { Views } from "../../src/application/ports/views.ts"
import { eventStoreContract } from "../contract/event-store.ts"
import { viewsContract } from "../contract/views.ts"
import { directLine } from "./line.ts"
import { memoryEventStore } from "./memory-event-store.ts"
import { MemoryLog } from "./memory-log.ts"
import { MemoryRows, memoryViews } from "./memory-views.ts"

/** What outlives a process stands outside of the layer, which is built anew for each. */
const stores = () => {
  const [log, rows] = [new MemoryLog(), new MemoryRows()]
  return {
    layer: Layer.mergeAll(
      Layer.sync(EventStore, () => memoryEventStore(log, directLine)),
      Layer.sync(Views, () => memoryViews(rows, directLine))
    ),
    cut: async (stream: string, before: number) => log.cut(stream, before)
  }
}

eventStoreContract("in memory", stores)
viewsContract("in memory", () => stores().layer)
