import { Effect } from "effect"
import { LogPutBack } from "../../history/last-event.ts"
import { EventStore, type Position } from "../../ports/event-store.ts"
import { signCheckpoint } from "./append-checkpoint.ts"
import { type ChainEnd, readChainEnd, readOpened } from "./chain-end.ts"
import { Uncovered } from "./uncovered.ts"

/** Events that one checkpoint covers at most, so that a proof of one of them reads no more. */
const most = 1000

/** Events a page; others have their turn in between. */
const page = 500

/** On the way through the log, from the last checkpoint on. */
type State = { end: ChainEnd; uncovered: Uncovered; reached: Position }
export type Cover = Readonly<State>

/** At the last checkpoint, as the log tells it now. */
export const beginCover = Effect.gen(function* () {
  const end = yield* readChainEnd(yield* readOpened)
  const state: State = { end, uncovered: new Uncovered(), reached: end.lastPosition }
  return state as Cover
})

/** Signs what is not covered, where that is worth it. */
export const signRest = Effect.fnUntraced(function* (cover: Cover) {
  const state: State = cover
  const end = yield* signCheckpoint(state.end, state.uncovered)
  if (end === undefined) return
  state.end = end
  state.uncovered = new Uncovered()
})

/** Nothing may be signed that the log has forgotten meanwhile. An event that somebody took away proves nothing, and is missed later. */
const refuseIfPutBack = Effect.fnUntraced(function* ({ last }: Uncovered) {
  if (last === undefined) return
  const store = yield* EventStore
  const { events, lost } = yield* store.read(last.stream, last.revision, 1)
  const [found] = events
  if (found ? found.hash !== last.hash : lost === undefined) return yield* new LogPutBack({})
})

/** Goes on to where the log ends now. Signs wherever enough is not covered, and leaves the rest. */
export const goOn = Effect.fnUntraced(function* (cover: Cover) {
  const state: State = cover
  const store = yield* EventStore
  yield* refuseIfPutBack(state.uncovered)
  const end = yield* store.positionBefore(0)
  while (state.reached < end) {
    const { events, upTo } = yield* store.feed(state.reached, page)
    if (upTo === state.reached) return
    for (const event of events) {
      state.uncovered.add(event)
      if (state.uncovered.count >= most) yield* signRest(state)
    }
    state.reached = upTo
    yield* Effect.yieldNow
  }
})
