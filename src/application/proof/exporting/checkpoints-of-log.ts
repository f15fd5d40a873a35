import { Effect } from "effect"
import { checkpointStream } from "../../history/ids.ts"
import { EventStore, type EventStoreUnavailable, type Position } from "../../ports/event-store.ts"
import { type CheckpointEvent, type CheckpointSigned, readCheckpointEvent } from "../checkpoint-event.ts"
import { ChainBroken } from "../signing/chain-end.ts"

/** The checkpoint at a revision of their stream, and the position after which it covers. */
export type Covering = { readonly revision: number; readonly after: Position; readonly checkpoint: CheckpointSigned }

type Failure = EventStoreUnavailable | ChainBroken

/** The stream of checkpoints as it is now, for who looks some of them up; each is read once. */
export type CheckpointsOfLog = {
  /** The revision of the last one; -1 where there is none. */
  readonly end: number
  readonly at: (revision: number) => Effect.Effect<CheckpointEvent, Failure>
  /** The checkpoint that covers a position; undefined where none does yet. */
  readonly covering: (position: Position) => Effect.Effect<Covering | undefined, Failure>
}

export const readCheckpoints: Effect.Effect<CheckpointsOfLog, Failure, EventStore> = Effect.gen(function* () {
  const store = yield* EventStore
  const known = new Map<number, CheckpointEvent>()
  const last = yield* store.last(checkpointStream)

  const at = Effect.fnUntraced(function* (revision: number) {
    const found = known.get(revision)
    if (found) return found
    const [stored] = (yield* store.read(checkpointStream, revision, 1)).events
    const event = stored && readCheckpointEvent(stored)
    const code = stored ? "unreadable" : "missing"
    if (!event) return yield* new ChainBroken({ stream: checkpointStream, revision, code })
    known.set(revision, event)
    return event
  })

  /** Up to there the log is covered at a revision. Changes of the signer cover nothing. */
  const coveredAt = Effect.fnUntraced(function* (revision: number) {
    for (let n = revision; n >= 0; n--) {
      const event = yield* at(n)
      if (event._tag === "CheckpointSigned") return event.lastPosition
    }
    return 0
  })

  const covering = Effect.fnUntraced(function* (position: Position) {
    let [low, high] = [0, last?.revision ?? -1]
    if ((yield* coveredAt(high)) < position) return undefined
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((yield* coveredAt(middle)) < position) low = middle + 1
      else high = middle
    }
    const checkpoint = yield* at(low)
    // Else the positions of checkpoints do not grow: one of them was changed.
    if (checkpoint._tag === "CheckpointSigned")
      return { revision: low, after: yield* coveredAt(low - 1), checkpoint } satisfies Covering
    return yield* new ChainBroken({ stream: checkpointStream, revision: low, code: "unreadable" })
  })

  return { end: last?.revision ?? -1, at, covering }
})
