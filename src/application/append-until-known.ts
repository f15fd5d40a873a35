import { Effect, Schedule } from "effect"
import { type EventStore, EventStoreUnavailable, type NewEvent, type Tip } from "./ports/event-store.ts"

/** A server that starts again takes some seconds. Whoever asked waits no longer than that. */
const patience = 8000
/** Some 7.5 seconds in all. */
const repeats = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("1 second")]).pipe(
  Schedule.upTo({ times: 11 })
)

/** Appends. While nobody knows whether the events were stored, the same append is made again to the letter: the store knows them again. */
export const appendUntilKnown = (store: EventStore["Service"], tip: Tip, events: ReadonlyArray<NewEvent>) => {
  const append = store.append(events[0]?.stream ?? "", tip, events)
  return Effect.catchIf(append, isUnknown, () => repeat(append))
}

const isUnknown = (error: { readonly _tag: string; readonly stored?: string }): boolean =>
  error._tag === "EventStoreUnavailable" && error.stored === "unknown"

const repeat = (append: ReturnType<EventStore["Service"]["append"]>) =>
  Effect.suspend(() => {
    const until = performance.now() + patience
    return append.pipe(
      // That the repeat was turned away says nothing of what came before it.
      Effect.catchTag("EventStoreUnavailable", ({ operation, code }) =>
        Effect.fail(new EventStoreUnavailable({ operation, stored: "unknown", code }))
      ),
      Effect.retry({ schedule: repeats, while: (error) => isUnknown(error) && performance.now() < until }),
      Effect.delay("50 millis")
    )
  })
