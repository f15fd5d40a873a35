import { Effect, Result } from "effect"
import { decodeEvent } from "../../domain/registration/event-codec.ts"
import { evolve } from "../../domain/registration/evolve.ts"
import { initial, type State } from "../../domain/registration/registration.ts"
import { noStream, type StoredEvent, type Tip } from "../ports/event-store.ts"
import type { UnusableEvent } from "./unusable-event.ts"

/** A registration as it is at a tip of its stream. */
export type Known = {
  readonly state: State
  readonly tip: Tip
  /** Of its first event, and so of all. */
  readonly correlationId?: string
}

/** A registration as its stream tells it. */
export type Loaded = Known & {
  readonly events: ReadonlyArray<StoredEvent>
  /** The state is the one before it. */
  readonly unreadable?: UnusableEvent
}

export const nothing: Loaded = { state: initial, tip: noStream, events: [] }

export const foldOnto = (known: Loaded, events: ReadonlyArray<StoredEvent>, tip: Tip): Loaded => {
  const correlationId = known.correlationId ?? events[0]?.correlationId
  return {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(known.unreadable ? { state: known.state, unreadable: known.unreadable } : fold(known.state, events)),
    events: [...known.events, ...events],
    tip
  }
}

const fold = (state: State, events: ReadonlyArray<StoredEvent>): Pick<Loaded, "state" | "unreadable"> => {
  for (const event of events) {
    const decoded = decodeEvent(event, event)
    if (Result.isFailure(decoded)) return { state, unreadable: decoded.failure }
    state = evolve(state, decoded.success, Date.parse(event.recordedAt))
  }
  return { state }
}

/** -1 for a stream that does not exist. */
export const revisionOf = ({ tip }: Known): number => (tip._tag === "At" ? tip.revision : -1)

/** What a command may build on: nothing beyond an event that cannot be read, or is lost. */
export const readable = <L extends Pick<Loaded, "unreadable">>(loaded: L): Effect.Effect<L, UnusableEvent> =>
  loaded.unreadable ? Effect.fail(loaded.unreadable) : Effect.succeed(loaded)
