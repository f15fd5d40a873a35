import { Clock, Effect } from "effect"
import { appendUntilKnown } from "../append-until-known.ts"
import { process } from "../caller.ts"
import { EventStore, type NewEvent, type StoredEvent, type Tip } from "../ports/event-store.ts"
import { chain } from "./chain.ts"
import { logStream, newId } from "./ids.ts"

/** `first`: the first event of the log, whose correlation all have. */
export const appendLogEvent = Effect.fnUntraced(function* (
  owner: string,
  tip: Tip,
  { type, data }: Pick<NewEvent, "type" | "data">,
  first?: StoredEvent
) {
  const origin = {
    actor: process(owner),
    correlationId: first?.correlationId ?? newId(),
    ...(tip._tag === "At" ? { causationId: tip.id } : {})
  }
  const events = chain(logStream, tip, [{ type, version: 1, data }], origin, yield* Clock.currentTimeMillis)
  const store = yield* EventStore
  yield* appendUntilKnown(store, tip, events)
})
