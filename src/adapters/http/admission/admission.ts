import type { IncomingMessage } from "node:http"
import type { Log } from "../../../application/ports/log.ts"
import type { RefusalReason, Telemetry } from "../../../application/ports/telemetry.ts"
import { type Admit, makeRateLimit } from "../request/rate-limit.ts"
import { type Limits, usualLimits } from "./limits.ts"
import { makeLoopDelay } from "./loop-delay.ts"
import { makeOverloadReport } from "./overload-report.ts"
import { makeUnderWay } from "./under-way.ts"

/** What a route asks of the service: to change something, to take an image, to look something up. Other routes are never refused. */
export type Demand = "command" | "upload" | "read"

export type Admission = {
  /** Whether a request is begun: undefined, or the seconds after which it may come again. */
  readonly admit: (demand: Demand) => number | undefined
  /** Counts a command from the end of its body (one that still comes is no work) until the returned function is called. */
  readonly track: (raw: IncomingMessage) => () => void
  /** Whether a callback is taken: undefined, or the seconds after which it may come again. */
  readonly admitCallback: () => number | undefined
  /** To be called every `tickInterval`, by a timer. */
  readonly tick: () => void
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
  const { most, retryAfter, calm } = limits
  const inBurst = { few: limits.fewInBurst, age: limits.ageInBurst }
  const inOverload = { few: limits.fewInOverload, age: limits.ageInOverload }
  const underWay = makeUnderWay(now)
  const loopDelay = makeLoopDelay(limits, now)
  const report = makeOverloadReport(limits, now, log, requestRefused)
  const callbacks: Admit = makeRateLimit(limits.callbacks, now)

  let lastTooMany = Number.NEGATIVE_INFINITY

  /** Whoever came first is still not done: then what comes now would wait at least as long. A burst may show that it can be done in time. */
  const areTooMany = (): boolean => {
    const count = underWay.count()
    if (count >= most) return true
    const { few, age } = now() - lastTooMany < calm ? inOverload : inBurst
    return count >= few && underWay.oldest() > age
  }
  const reasonFor = (demand: Demand): RefusalReason | undefined => {
    if (loopDelay.isLagging()) return "event_loop"
    if (demand === "read" || !areTooMany()) return undefined
    lastTooMany = now()
    return "commands"
  }

  return {
    admit: (demand) => {
      const reason = reasonFor(demand)
      if (reason === undefined) return undefined
      report.refused(reason)
      return retryAfter
    },
    track: (raw) => {
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
      const isInTheWay = underWay.count() > 0 || loopDelay.isLagging()
      if (seconds === undefined || !isInTheWay) return undefined
      report.refused("callbacks")
      return seconds
    },
    tick: () => {
      loopDelay.tick()
      report.tick()
    },
    end: report.end
  }
}
