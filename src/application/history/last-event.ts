import { Effect, Schema } from "effect"
import { EventStore } from "../ports/event-store.ts"
import { Views } from "../ports/views.ts"

/** The log is not the one that the rows were made of, whatever its positions say. Another try does not mend it. */
export class LogPutBack extends Schema.TaggedError<LogPutBack>()("LogPutBack", {}) {
  readonly code = "log_put_back"
  override get message(): string {
    return "The log does not have the last event that the rows know."
  }
}

/** Whether the log has the last event that the rows know. One that somebody took away, with its stream or by cutting it, proves nothing. */
export const hasLastEvent = Effect.gen(function* () {
  const store = yield* EventStore
  const views = yield* Views
  const known = yield* views.lastEvent
  if (known === undefined) return true
  const { events, lost } = yield* store.read(known.stream, known.revision)
  const [found] = events
  return found === undefined ? lost !== undefined : found.hash === known.hash
})

/** Where the rows end, in the log that they were made of. */
export const positionOfRows = Effect.gen(function* () {
  if (!(yield* hasLastEvent)) return yield* new LogPutBack({})
  return yield* Views.use((views) => views.position)
})
