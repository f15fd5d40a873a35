import { Effect } from "effect"
import { LogIdentity } from "../history/log-identity.ts"
import type { FeedCursor } from "../messages/feed-cursor.ts"
import { Messages } from "../ports/messages.ts"
import { type Checkpoint, CheckpointUnavailable } from "../ports/publisher-checkpoint.ts"

/**
 * Where publishing goes on in this log: at the beginning where the checkpoint is of another one or none, and before the point at which the
 * log was put back from a backup, where the checkpoint is beyond it. undefined: the messages are not made up to this epoch of the log yet.
 */
export const startingPlace = Effect.fnUntraced(function* (checkpoint: Checkpoint | undefined) {
  const { logId, epoch } = yield* LogIdentity
  const { end, restoredAfter } = yield* Messages
  if (checkpoint?.logId === logId && checkpoint.epoch > epoch)
    return yield* new CheckpointUnavailable({ operation: "start", code: "of_later_epoch" })
  const from = checkpoint?.logId === logId ? checkpoint : { epoch, position: 0 }
  const reached = yield* end
  const isStopped = reached.blocked !== undefined && from.position < reached.blocked.position
  const isBehind = reached.epoch < epoch || (reached.position === 0 && from.position > 0)
  if (isBehind && !isStopped) return undefined
  const restored = from.epoch < epoch ? yield* restoredAfter(from.epoch) : undefined
  const position = restored === undefined ? from.position : Math.min(from.position, restored - 1)
  return { logId, epoch, position } satisfies FeedCursor
})
