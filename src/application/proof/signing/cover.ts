import { Effect } from "effect"
import { missingCheckpoint } from "../../history/forgotten.ts"
import { hasLastEvent, LogPutBack } from "../../history/last-event.ts"
import { EventStore, type Position } from "../../ports/event-store.ts"
import { readOpened } from "../opened.ts"
import { appendCheckpoint } from "./append-checkpoint.ts"
import { type ChainEnd, readChainEnd } from "./chain-end.ts"
import { makeLastKnown } from "./make-known.ts"
import { Uncovered } from "./uncovered.ts"

/** Events that one checkpoint covers at most, so that a proof of one of them reads no more. */
const most = 1000

/** Events a page; others have their turn in between. */
const page = 500

/** On the way through the log, from the last checkpoint on. */
export class Cover {
  #end: ChainEnd
  #uncovered = new Uncovered()
  #reached: Position

  constructor(end: ChainEnd) {
    this.#end = end
    this.#reached = end.lastPosition
  }

  get end(): ChainEnd {
    return this.#end
  }

  get uncovered(): Uncovered {
    return this.#uncovered
  }

  get reached(): Position {
    return this.#reached
  }

  /** Signs what is not covered, where that is worth it. */
  readonly signRest = Effect.gen({ self: this }, function* () {
    const end = yield* appendCheckpoint(this.#end, this.#uncovered)
    if (end === undefined) return
    this.#end = end
    this.#uncovered = new Uncovered()
  })

  /** Goes on to where the log ends now. Signs wherever enough is not covered, and leaves the rest. */
  readonly goOn = Effect.gen({ self: this }, function* () {
    const store = yield* EventStore
    yield* refuseIfPutBack(this.#uncovered)
    const end = yield* store.positionBefore(0)
    while (this.#reached < end) {
      const { events, upTo } = yield* store.feed(this.#reached, page)
      if (upTo === this.#reached) return
      for (const event of events) {
        this.#uncovered.add(event)
        if (this.#uncovered.count >= most) yield* this.signRest
      }
      this.#reached = upTo
      yield* Effect.yieldNow
    }
  })
}

/** At the last checkpoint, as the log tells it now; where that is the log that rows and vault know, also after work began anew. */
export const beginCover = Effect.gen(function* () {
  const opened = yield* readOpened
  const isKnown = (yield* hasLastEvent) && (yield* missingCheckpoint(opened.logId)) === undefined
  if (!isKnown) return yield* new LogPutBack({})
  const end = yield* readChainEnd(opened)
  yield* makeLastKnown
  return new Cover(end)
})

/** Nothing may be signed that the log has forgotten meanwhile. An event that somebody took away proves nothing, and is missed later. */
const refuseIfPutBack = Effect.fnUntraced(function* ({ last }: Uncovered) {
  if (last === undefined) return
  const store = yield* EventStore
  const { events, lost } = yield* store.read(last.stream, last.revision, 1)
  const [found] = events
  if (found ? found.hash !== last.hash : lost === undefined) return yield* new LogPutBack({})
})
