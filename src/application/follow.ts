import { Effect, Fiber } from "effect"
import { EventStore, type Position, type RecordedEvent } from "./ports/event-store.ts"

/**
 * Handles a page of events in order, none at all too, and answers what saves the outcome together with the position that it leads to. That is
 * done after the one before it, and while the next page is handled. `after`: where the page before it led.
 */
export type Handle<E, R, SaveE> = (
  events: ReadonlyArray<RecordedEvent>,
  position: Position,
  after: Position
) => Effect.Effect<Effect.Effect<unknown, SaveE>, E, R>

/** Something derived from the log. `position`: the one up to which everything is saved. */
export type Follower<E, R, HandleE, HandleR, SaveE> = {
  readonly position: Effect.Effect<Position, E, R>
  readonly handle: Handle<HandleE, HandleR, SaveE>
}

/** Events a page; a follower has two of them in memory at most. Others have their turn in between. */
const usualPage = 500
/** Where nobody else waits. */
export const largePage = 2000

/**
 * The only way out: every event in order, once, into rows that are saved together with the position. Ends with an outage of the log or of
 * the follower; begun anew, it goes on from the saved position.
 */
export const follow = Effect.fnUntraced(function* <E, R, E2, R2, E3>(follower: Follower<E, R, E2, R2, E3>) {
  const store = yield* EventStore
  let reached = yield* follower.position
  while (true) {
    reached = yield* followToEnd(follower.handle, reached)
    yield* store.waitBeyond(reached)
  }
})

/** Follows from a position to the end of the log, and answers where that is once all is saved. */
export const followToEnd = Effect.fnUntraced(function* <E, R, E2>(
  handle: Handle<E, R, E2>,
  from: Position,
  pageSize = usualPage
) {
  const store = yield* EventStore
  let position = from
  let saving: Fiber.Fiber<unknown, E2> = yield* Effect.forkChild(Effect.void)
  let page = yield* store.feed(position, pageSize)
  while (page.upTo > position) {
    const save = yield* handle(page.events, page.upTo, position)
    yield* Fiber.join(saving)
    saving = yield* Effect.forkChild(save, { startImmediately: true })
    // What is to be saved leaves first, and others have their turn.
    yield* Effect.yieldNow
    position = page.upTo
    page = yield* store.feed(position, pageSize)
  }
  yield* Fiber.join(saving)
  return position
})
