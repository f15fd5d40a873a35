import type { Log } from "../../../application/ports/log.ts"
import type { RefusalReason, Telemetry } from "../../../application/ports/telemetry.ts"
import type { Limits } from "./limits.ts"

type OverloadReport = {
  readonly refused: (reason: RefusalReason) => void
  /** To be called from time to time: says so once an overload is over. */
  readonly tick: () => void
  /** No tick comes any more. */
  readonly end: () => void
}

/** Tells of refusals, each overload in two log lines: many are refused when there is no time to say so of each. */
export const makeOverloadReport = (
  { calm }: Limits,
  now: () => number,
  log: Log["Service"],
  requestRefused: Telemetry["Service"]["requestRefused"]
): OverloadReport => {
  let ongoing: { readonly since: number; last: number; count: number } | undefined
  const isOver = () => ongoing !== undefined && now() - ongoing.last >= calm
  const end = () => {
    if (ongoing) log.info("overload_ended", { count: ongoing.count, millis: Math.round(ongoing.last - ongoing.since) })
    ongoing = undefined
  }
  return {
    refused: (reason) => {
      requestRefused(reason)
      if (isOver()) end()
      const at = now()
      if (!ongoing) log.warn("overloaded", { code: reason })
      ongoing ??= { since: at, last: at, count: 0 }
      ongoing.last = at
      ongoing.count++
    },
    tick: () => {
      if (isOver()) end()
    },
    end
  }
}
