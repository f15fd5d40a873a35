import type { IncomingMessage } from "node:http"
import type { Log } from "../../../application/ports/log.ts"
import type { RefusalReason, Telemetry } from "../../../application/ports/telemetry.ts"
import { type Admit, makeRateLimit } from "../request/rate-limit.ts"
import { type Limits, usualLimits } from "./limits.ts"
import { makeLoopDelay } from "./loop-delay.ts"
import { makeOverloads } from "./overloads.ts"
import { makeUnderWay } from "./under-way.ts"

/** What a route asks of the service: to change something, to take an image, to look something up. Other routes are never refused. */
export type Demand = "command" | "upload" | "read"

export type Admission = {
  /** Whether a request has to come again later. */
  readonly isRefused: (demand: Demand) => boolean
  /** Counts a command from the end of its body, since one that still comes is no work, until what is answered is called. */
  readonly count: (raw: IncomingMessage) => () => void
  /** Whether a callback is taken: undefined, or the seconds after which it may come again. */
  readonly admitCallback: () => number | undefined
  readonly look: () => void
  readonly end: () => void
}

type Telling = {
  readonly log: Log["Service"]
  readonly requestRefused: Telemetry["Service"]["requestRefused"]
  readonly now?: () => number
}

/** Refuses early what could only wait (ADR 21). */
export const makeAdmission = (
  given: Partial<Limits>,
  { log, requestRefused, now = () => performance.now() }: Telling
): Admission => {
  const limits = { ...usualLimits, ...given }
  const { few, most, burstAge, standingAge, calm } = limits
  const underWay = makeUnderWay(now)
  const loopDelay = makeLoopDelay(limits, now)
  const overloads = makeOverloads(limits, now, log, requestRefused)
  const callbacks: Admit = makeRateLimit(limits.callbacks, now)

  let lastTooMany = Number.NEGATIVE_INFINITY

  /** Whoever came first is still not done: then what comes now would wait at least as long. A burst may show that it can be done in time. */
  const areTooMany = (): boolean => {
    const count = underWay.count()
    if (count >= most) return true
    return count >= few && underWay.oldest() > (now() - lastTooMany < calm ? standingAge : burstAge)
  }
  const reasonFor = (demand: Demand): RefusalReason | undefined => {
    if (loopDelay.isStanding()) return "event_loop"
    if (demand === "read" || !areTooMany()) return undefined
    lastTooMany = now()
    return "commands"
  }

  return {
    isRefused: (demand) => {
      const reason = reasonFor(demand)
      if (reason) overloads.refused(reason)
      return reason !== undefined
    },
    count: (raw) => {
      let end = () => {}
      const begin = () => {
        end = underWay.begin()
      }
      raw.once("end", begin)
      return () => {
        raw.off("end", begin)
        end()
      }
    },
    admitCallback: () => {
      const seconds = callbacks("platform")
      const isInTheWay = underWay.count() > 0 || loopDelay.isStanding()
      if (seconds === undefined || !isInTheWay) return undefined
      overloads.refused("callbacks")
      return seconds
    },
    look: () => {
      loopDelay.look()
      overloads.look()
    },
    end: overloads.end
  }
}
