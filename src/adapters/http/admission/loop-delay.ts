import { type Limits, lookInterval } from "./limits.ts"

export type LoopDelay = {
  /** To be called every `lookInterval`, by a timer: how late it comes is what is measured. */
  readonly look: () => void
  readonly isStanding: () => boolean
}

/** Whether the event loop lags. A process that stood still once, as virtual machines do, has no work that waits: only look after look tells. */
export const makeLoopDelay = ({ lateness, lateLooks }: Limits, now: () => number): LoopDelay => {
  let last = now()
  let late = 0
  return {
    look: () => {
      const at = now()
      late = at - last - lookInterval > lateness ? late + 1 : 0
      last = at
    },
    isStanding: () => late >= lateLooks
  }
}
