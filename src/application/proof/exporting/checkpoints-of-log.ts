import { Effect } from "effect"
import { checkpointStream } from "../../history/ids.ts"
import { EventStore, type EventStoreUnavailable, type Position } from "../../ports/event-store.ts"
import type { CheckpointSigned } from "../checkpoint-event.ts"
import { type CoveredRange, rangeOf } from "../checkpoint-note.ts"
import { brokenAt, type Link, lastCheckpointUpTo, readLink } from "../checkpoint-stream.ts"
import type { ChainBroken } from "../opened.ts"

/** The checkpoint at a revision of their stream, and what it covers. */
export type Covering = {
  readonly revision: number
  readonly checkpoint: CheckpointSigned
  readonly covers: CoveredRange
}

type Failure = EventStoreUnavailable | ChainBroken

/** The stream of checkpoints as it is now, for who looks some of them up; each is read once. */
export type CheckpointsOfLog = {
  /** The revision of the last one; -1 where there is none. */
  readonly end: number
  readonly at: (revision: number) => Effect.Effect<Link, Failure, EventStore>
  /** The checkpoint that covers a position; undefined where none does yet. */
  readonly covering: (position: Position) => Effect.Effect<Covering | undefined, Failure, EventStore>
}

export const readCheckpoints = Effect.gen(function* () {
  const store = yield* EventStore
  const known = new Map<number, Link>()
  const end = (yield* store.last(checkpointStream))?.revision ?? -1

  const at = Effect.fnUntraced(function* (revision: number) {
    const found = known.get(revision) ?? (yield* readLink(revision))
    known.set(revision, found)
    return found
  })

  /** Up to there the log is covered at a revision. */
  const coveredAt = Effect.fnUntraced(function* (revision: number) {
    return (yield* lastCheckpointUpTo(revision, at))?.checkpoint.lastPosition ?? 0
  })

  const covering = Effect.fnUntraced(function* (position: Position) {
    let [low, high] = [0, end]
    if ((yield* coveredAt(high)) < position) return undefined
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((yield* coveredAt(middle)) < position) low = middle + 1
      else high = middle
    }
    const { event: checkpoint } = yield* at(low)
    // Else the positions of checkpoints do not grow: one of them was changed.
    if (checkpoint._tag !== "CheckpointSigned") return yield* brokenAt(low)
    const covers = rangeOf(checkpoint, yield* coveredAt(low - 1))
    return { revision: low, checkpoint, covers } satisfies Covering
  })

  return { end, at, covering } satisfies CheckpointsOfLog
})
