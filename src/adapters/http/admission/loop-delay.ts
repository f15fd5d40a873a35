import { type Limits, tickInterval } from "./limits.ts"

type LoopDelay = {
  /** To be called every `tickInterval`, by a timer: how late it comes is what is measured. */
  readonly tick: () => void
  readonly isLagging: () => boolean
}

/** Whether the event loop lags. A process that stood still once, as virtual machines do, has no work that waits: only tick after tick tells. */
export const makeLoopDelay = ({ lateness, lateTicks }: Limits, now: () => number): LoopDelay => {
  let last = now()
  let late = 0
  return {
    tick: () => {
      const at = now()
      late = at - last - tickInterval > lateness ? late + 1 : 0
      last = at
    },
    isLagging: () => late >= lateTicks
  }
}
