import { Effect, Layer, Schedule } from "effect"
import { logStream } from "../application/history/ids.ts"
import { EventStore } from "../application/ports/event-store.ts"
import { Log } from "../application/ports/log.ts"

/** Where everything is started together, the store may be the last to come up. */
const patience = Schedule.spaced("500 millis").pipe(Schedule.upTo({ duration: "30 seconds" }))

const untilItAnswers = Effect.gen(function* () {
  const { read } = yield* EventStore
  const log = yield* Log
  let isWaiting = false
  yield* read(logStream).pipe(
    Effect.tapError(({ code }) =>
      Effect.sync(() => {
        if (!isWaiting) log.warn("event_store_awaited", { code })
        isWaiting = true
      })
    ),
    Effect.retry(patience)
  )
})

/** An event store that has answered once. Fails as it does when it does not answer for half a minute. */
export const awaited = <E, R>(store: Layer.Layer<EventStore, E, R>) =>
  Layer.effectDiscard(untilItAnswers).pipe(Layer.provideMerge(store))
