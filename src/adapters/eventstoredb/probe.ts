import { Effect } from "effect"
import { EventStoreUnavailable } from "../../application/ports/event-store.ts"
import type { Calls } from "./calls.ts"
import type { StreamNames } from "./stream-names.ts"

/** No stream ever gets so far. */
const impossible = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * Finds out whether writes get through, once some write did not: an append that must be refused, since it expects what cannot be. Whoever
 * refuses it for that would have written it.
 */
export const makeProbe = (call: Calls["call"], names: StreamNames) => {
  let refusals = 0
  /** The refusals that a probe has looked into since. */
  let passed = 0
  const append = call("append", (client, options) =>
    client.appendToStream(
      names.stored("certreg-probe"),
      { id: crypto.randomUUID(), contentType: "application/json", type: "Probed.v1", data: {}, metadata: undefined },
      { ...options, expectedRevision: impossible }
    )
  )
  const probe = Effect.suspend(() => {
    const until = refusals
    if (passed === until) return Effect.void
    return Effect.matchEffect(append, {
      onSuccess: () => Effect.void,
      onFailure: ({ outcome, code }) => {
        if (outcome !== "conflict")
          return Effect.fail(new EventStoreUnavailable({ operation: "append", stored: "no", code }))
        passed = until
        return Effect.void
      }
    })
  })
  return { probe, onRefused: () => void refusals++ }
}
