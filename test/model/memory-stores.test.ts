import { Layer } from "effect"
import { EventStore } from "../../src/application/ports/event-store.ts"
import { Messages } from "../../src/application/ports/messages.ts"
import { Views } from "../../src/application/ports/views.ts"
import { eventStoreContract } from "../contract/event-store.ts"
import { messagesContract } from "../contract/messages.ts"
import { viewsContract } from "../contract/views.ts"
import { viewsPagesContract } from "../contract/views-pages.ts"
import { directLine } from "./line.ts"
import { memoryEventStore } from "./memory-event-store.ts"
import { MemoryLog } from "./memory-log.ts"
import { memoryMessages } from "./memory-messages.ts"
import { MemoryRows, memoryViews } from "./memory-views.ts"

/** What outlives a process stands outside of the layer, which is built anew for each. */
const stores = () => {
  const [log, rows] = [new MemoryLog(), new MemoryRows()]
  return {
    layer: Layer.mergeAll(
      Layer.sync(EventStore, () => memoryEventStore(log, directLine)),
      Layer.sync(Views, () => memoryViews(rows, directLine)),
      Layer.sync(Messages, () => memoryMessages(rows, directLine))
    ),
    cut: async (stream: string, before: number) => log.cut(stream, before)
  }
}

eventStoreContract("in memory", stores)
viewsContract("in memory", () => stores().layer)
viewsPagesContract("in memory", () => stores().layer)
messagesContract("in memory", () => stores().layer)
