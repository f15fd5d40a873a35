import { Clock, Effect } from "effect"
import type { StoredData } from "../../domain/registration/event-codec.ts"
import { appendUntilKnown } from "../append-until-known.ts"
import { process } from "../caller.ts"
import { EventStore, type StoredEvent, type Tip } from "../ports/event-store.ts"
import { chain } from "./chain.ts"
import { newId } from "./ids.ts"

/** Where an event of the service's own goes to. `correlationId`: that of the stream, which all of its events have. */
type Place = { readonly stream: string; readonly tip: Tip; readonly correlationId?: string | undefined }

/** Appends an event to a stream of the service's own, such as `logStream`, and answers it. */
export const appendOwnEvent = Effect.fnUntraced(function* (
  owner: string,
  { stream, tip, correlationId = newId() }: Place,
  data: StoredData
) {
  const origin = {
    actor: process(owner),
    correlationId,
    ...(tip._tag === "At" ? { causationId: tip.id } : {})
  }
  const events = chain(stream, tip, [data], origin, yield* Clock.currentTimeMillis)
  const store = yield* EventStore
  yield* appendUntilKnown(store, tip, events)
  return events[0] as StoredEvent
})
