import { Effect } from "effect"
import { Log } from "../ports/log.ts"
import { type Checkpoint, PublisherCheckpoint } from "../ports/publisher-checkpoint.ts"

export type KeptCheckpoint = {
  /** Saves it soon, unless a newer one comes before. Never waits. */
  readonly put: (checkpoint: Checkpoint) => void
  /** Saves the last one now, if that can be done. */
  readonly flush: Effect.Effect<void>
  /** Somebody moved it, or is further: what is put here counts no more. As of the last save. */
  readonly isMoved: () => boolean
}

/**
 * Saves the newest checkpoint every `pause` milliseconds, and at the end of its scope. While it cannot be saved publishing goes on: what was
 * not saved is published once more by the next process.
 */
export const keepCheckpoint = Effect.fnUntraced(function* (topic: string, pause: number) {
  const checkpoints = yield* PublisherCheckpoint
  const { warn } = yield* Log
  let newest: Checkpoint | undefined
  let saved: Checkpoint | undefined
  let isMoved = false
  let isTold = false

  const flush = Effect.suspend(() => {
    const checkpoint = newest
    if (checkpoint === undefined || checkpoint === saved || isMoved) return Effect.void
    return Effect.map(checkpoints.save(topic, checkpoint), (isSaved) => {
      saved = checkpoint
      isMoved ||= !isSaved
      isTold = false
    })
  }).pipe(
    Effect.catch(({ operation, code }) =>
      Effect.sync(() => {
        if (!isTold) warn("publisher_checkpoint_not_saved", { operation, code })
        isTold = true
      })
    )
  )
  // Before the loop, so that it comes after the loop's end.
  yield* Effect.addFinalizer(() => flush)
  yield* flush.pipe(Effect.andThen(Effect.sleep(pause)), Effect.forever, Effect.forkScoped)
  return {
    put: (checkpoint) => {
      newest = checkpoint
    },
    flush,
    isMoved: () => isMoved
  } satisfies KeptCheckpoint
})
