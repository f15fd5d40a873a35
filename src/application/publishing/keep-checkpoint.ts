import { Effect } from "effect"
import { Log } from "../ports/log.ts"
import { type Checkpoint, PublisherCheckpoint } from "../ports/publisher-checkpoint.ts"

/**
 * Saves the newest checkpoint of a term every `pause` milliseconds, and at the end of its scope. While it cannot be saved publishing goes on:
 * what was not saved is published once more by the next process.
 */
export const keepCheckpoint = Effect.fnUntraced(function* (topic: string, term: number, pause: number) {
  const checkpoints = yield* PublisherCheckpoint
  const { warn } = yield* Log
  let newest: Checkpoint | undefined
  let saved: Checkpoint | undefined
  let isRefused = false
  let isTold = false

  const flush = Effect.suspend(() => {
    const checkpoint = newest
    if (checkpoint === undefined || checkpoint === saved || isRefused) return Effect.void
    return Effect.map(checkpoints.save(topic, checkpoint), (isSaved) => {
      saved = checkpoint
      isRefused ||= !isSaved
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
    /** Saves it soon, unless a newer one comes before. Never waits. */
    put: (checkpoint: Omit<Checkpoint, "term">): void => {
      newest = { ...checkpoint, term }
    },
    /** Saves the last one now, if that can be done. */
    flush,
    /** Whether somebody moved it, or is further: what is put here counts no more. */
    isMoved: Effect.map(checkpoints.load(topic), (stored) => isRefused || (stored?.term ?? term) !== term)
  }
})
