import { Effect } from "effect"
import type { EventStoreUnavailable } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import { Settings } from "../settings.ts"
import { Gates } from "./gate.ts"

/** Milliseconds between two looks at most while the store is down: it is asked little, and found again soon. */
const longestPause = 2000

/**
 * What an outage of the event store comes to, for all steps together: it is said once, and steps pass a gate like that of the platform's
 * calls, so that what is due does not storm at a store that is down.
 */
export const makeStoreOutage = Effect.gen(function* () {
  const { esignConcurrency, retryMaxDelay } = yield* Settings
  const log = yield* Log
  const gate = new Gates<"step">(esignConcurrency, Math.min(retryMaxDelay, longestPause))
  let outage: { count: number; isOfAppends: boolean } | undefined

  return {
    /** Milliseconds until a step may begin: 0 when one may now, Infinity before another one is over. */
    closedFor: (now: number): number => {
      if (gate.isOpen("step", now)) return 0
      const nextAt = gate.nextProbeAt("step") ?? now
      return nextAt > now ? nextAt - now : Number.POSITIVE_INFINITY
    },
    begin: (now: number): void => void gate.enter("step", now),
    failed: (registrationId: string, { _tag, operation, code }: EventStoreUnavailable): void => {
      gate.failed("step", performance.now(), code)
      if (!outage) log.warn("step_failed", { registrationId, tag: _tag, code })
      outage = { count: (outage?.count ?? 0) + 1, isOfAppends: outage?.isOfAppends || operation === "append" }
    },
    gotThrough: ({ hasAppended }: { readonly hasAppended: boolean }): void => {
      gate.answered("step")
      // That it can be read says nothing of a store that takes no event.
      if (!outage || (outage.isOfAppends && !hasAppended)) return
      log.info("steps_resumed", { count: outage.count })
      outage = undefined
    },
    /** Nothing is known by it. */
    died: (): void => gate.notSent("step")
  }
})
export type StoreOutage = Effect.Success<typeof makeStoreOutage>
