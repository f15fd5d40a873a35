import { Effect } from "effect"
import { EventStore } from "../ports/event-store.ts"
import { KeptCheckpoint } from "../ports/kept-checkpoint.ts"
import { PublisherCheckpoint } from "../ports/publisher-checkpoint.ts"
import { Tips } from "../ports/tips.ts"
import type { RememberedLog } from "../ports/vault.ts"
import { checkpointStream } from "./ids.ts"
import { refused } from "./log-refused.ts"
import { isBehindRows } from "./restore-log.ts"

/** Nobody says that the log was put back: what knows more than the log tells, and the log what knows less. */
export const refuseForgetful = Effect.fnUntraced(function* (
  { logId, epoch }: RememberedLog,
  known: RememberedLog | undefined
) {
  if (known && known.epoch > epoch) return yield* refused("beforeRestore")
  const store = yield* EventStore
  const { seen } = yield* Tips
  const { logEnd = 0, isVaultOlder } = seen
  const end = yield* store.positionBefore(0)
  if (isVaultOlder) return yield* refused("olderVault")
  if (logEnd > end || (yield* isBehindRows(epoch))) return yield* refused("beyondEnd")
  // What a topic acknowledged: what came there next would count as published. Kept where no rows are.
  const { furthest } = yield* PublisherCheckpoint
  if ((yield* furthest({ logId, epoch })) > end) return yield* refused("beyondEnd")
  const missing = yield* missingCheckpoint(logId)
  if (missing !== undefined) return yield* refused("withoutCheckpoint", missing)
})

/** The revision of the checkpoint that is known, where the log does not hold it. */
export const missingCheckpoint = Effect.fnUntraced(function* (logId: string) {
  const store = yield* EventStore
  const { load } = yield* KeptCheckpoint
  const kept = yield* load
  if (kept === undefined || kept.logId !== logId) return undefined
  const { events } = yield* store.read(checkpointStream, kept.revision, 1)
  return events[0]?.hash === kept.hash ? undefined : kept.revision
})
