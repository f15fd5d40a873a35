import { Effect } from "effect"
import { EventStore, type Position, type RecordedEvent } from "./ports/event-store.ts"

/** Something derived from the log. */
export type Follower<E, R> = {
  /** The position up to which everything is saved. */
  readonly position: Effect.Effect<Position, E, R>
  /** Handles a page of events in order, none at all too, and saves what came of it together with the position that it leads to. */
  readonly handle: (events: ReadonlyArray<RecordedEvent>, position: Position) => Effect.Effect<void, E, R>
}

/** Events a page: what a follower holds in memory at most. */
const pageSize = 500

/**
 * The only way out: every event in order, once, into rows that are saved together with the position. A page is not asked for before the
 * one before it is saved. Ends with an outage of the log or of the follower; begun anew, it goes on from the saved position.
 */
export const follow = Effect.fnUntraced(function* <E, R>(follower: Follower<E, R>) {
  const store = yield* EventStore
  let position = yield* follower.position
  while (true) {
    const { events, upTo } = yield* store.feed(position, pageSize)
    if (upTo > position) {
      yield* follower.handle(events, upTo)
      position = upTo
    } else yield* store.waitBeyond(position)
  }
})
