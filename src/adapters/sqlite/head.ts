import { Effect } from "effect"

/** The position of the last event, and who waits for a later one. */
export type Head = {
  readonly advance: (position: number) => void
  readonly waitBeyond: (after: number) => Effect.Effect<void>
}

export const makeHead = (start: number): Head => {
  let head = start
  const waiting = new Map<() => void, number>()
  return {
    advance: (position) => {
      if (position <= head) return
      head = position
      for (const [wake, after] of waiting) if (after < head) wake()
    },
    waitBeyond: (after) =>
      Effect.callback((resume) => {
        const wake = () => {
          waiting.delete(wake)
          resume(Effect.void)
        }
        if (after < head) return resume(Effect.void)
        waiting.set(wake, after)
        return Effect.sync(() => waiting.delete(wake))
      })
  }
}
