import { Effect, Layer } from "effect"
import { Agenda } from "../../src/application/driving/agenda.ts"
import { Health } from "../../src/application/health.ts"
import { newId } from "../../src/application/history/ids.ts"
import { NewMessages } from "../../src/application/messages/new-messages.ts"
import { EventStore, noStream, type Position } from "../../src/application/ports/event-store.ts"
import { reconciledIn } from "./log-identity.ts"
import { unrecorded } from "./recorded-events.ts"
import { recordedLog } from "./recorded-log.ts"
import { histories, requested } from "./registration-events.ts"
import { settingsWith } from "./settings.ts"
import { sqliteLayer } from "./sqlite.ts"

/** What rows are made with on a data directory. `before`: what a page of the feed waits for. */
export const rebuildingOn = (
  dataDir: string,
  before: (after: Position) => Effect.Effect<void> = () => Effect.void,
  settings: Parameters<typeof settingsWith>[0] = {}
) => {
  const stores = sqliteLayer(dataDir)
  const feeding = Layer.effect(
    EventStore,
    Effect.map(EventStore, (store) => ({
      ...store,
      feed: (after: Position, limit: number) => Effect.andThen(before(after), store.feed(after, limit))
    }))
  )
  return Agenda.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(Health.layer, NewMessages.layer, settingsWith(settings), reconciledIn(), recordedLog().layer)
    ),
    Layer.provideMerge(feeding),
    Layer.provideMerge(stores)
  )
}

/** Appends registrations that were issued, of users of their own. */
export const appendIssued = Effect.fnUntraced(function* (count: number) {
  const store = yield* EventStore
  const registrations = Array.from({ length: count }, () => {
    const id = newId()
    return unrecorded(id, [{ ...requested, partnerUserId: id }, ...histories.issued.slice(1)])
  })
  yield* Effect.forEach(registrations, (events) => store.append(events[0]?.stream ?? "", noStream, events), {
    concurrency: 64,
    discard: true
  })
})
