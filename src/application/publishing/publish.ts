import { Effect } from "effect"
import { Bell } from "../bell.ts"
import { NewMessages } from "../messages/new-messages.ts"
import { MessageBroker } from "../ports/message-broker.ts"
import { PublisherCheckpoint } from "../ports/publisher-checkpoint.ts"
import { measureLag } from "./lag.ts"
import type { Pace } from "./pace.ts"
import { publishTerm } from "./publish-term.ts"
import { PublisherState } from "./publisher-state.ts"
import { makeStatusReports } from "./report-status.ts"
import { startingPlace } from "./starting-place.ts"

/**
 * Publishes every message, in the order of the log, from the checkpoint on. Never returns; begun anew after an outage of the rows or of the
 * checkpoint, it goes on there.
 */
export const publish = Effect.fnUntraced(function* (pace: Pace) {
  const { topic } = yield* MessageBroker
  const { load } = yield* PublisherCheckpoint
  const { listen } = yield* NewMessages
  const { reach } = yield* PublisherState
  const report = yield* makeStatusReports
  const bell = new Bell()
  report.begin()
  yield* Effect.acquireRelease(
    Effect.sync(() => listen(bell.ring)),
    (stop) => Effect.sync(stop)
  )
  let isMeasured = false
  while (true) {
    const checkpoint = yield* load(topic)
    const place = yield* startingPlace(checkpoint)
    if (place === undefined) {
      yield* bell.wait(pace.look)
      continue
    }
    reach(place.position)
    if (!isMeasured) yield* Effect.forkScoped(measureLag(pace.look))
    isMeasured = true
    yield* Effect.scoped(publishTerm({ checkpoint, place, pace, bell, report }))
  }
}, Effect.scoped)
