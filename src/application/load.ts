import { Effect, Result } from "effect"
import { decodeEvent, type UnreadableEvent } from "../domain/registration/event-codec.ts"
import { evolve } from "../domain/registration/evolve.ts"
import { initial, type State } from "../domain/registration/registration.ts"
import { streamOf } from "./ids.ts"
import { EventStore, type StoredEvent, type Tip } from "./ports/event-store.ts"

/** A registration as it is at a tip of its stream. */
export type Known = {
  readonly state: State
  readonly tip: Tip
  /** Of its first event, and so of all. */
  readonly correlationId?: string
}

/** A registration as its stream tells it now. */
export type Loaded = Known & {
  readonly events: ReadonlyArray<StoredEvent>
  /** The event that this version cannot read; the state is the one before it. */
  readonly unreadable?: UnreadableEvent
}

export const fold = (state: State, events: ReadonlyArray<StoredEvent>): Pick<Loaded, "state" | "unreadable"> => {
  for (const event of events) {
    const decoded = decodeEvent(event, event)
    if (Result.isFailure(decoded)) return { state, unreadable: decoded.failure }
    state = evolve(state, decoded.success, Date.parse(event.recordedAt))
  }
  return { state }
}

/** Reads and folds the stream of a registration; one that does not exist is `Initial`. */
export const load = (registration: string) =>
  EventStore.use((store) => store.read(streamOf(registration))).pipe(
    Effect.map(({ events, tip }): Loaded => {
      const [first] = events
      return { events, tip, ...(first ? { correlationId: first.correlationId } : {}), ...fold(initial, events) }
    })
  )

/** -1 for a stream that does not exist. */
export const revisionOf = ({ tip }: Known): number => (tip._tag === "At" ? tip.revision : -1)

/** What a command may build on: nothing beyond an event that cannot be read. */
export const readable = <L extends Pick<Loaded, "unreadable">>(loaded: L): Effect.Effect<L, UnreadableEvent> =>
  loaded.unreadable ? Effect.fail(loaded.unreadable) : Effect.succeed(loaded)
