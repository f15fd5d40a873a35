import { Effect, Schema } from "effect"
import { LogIdentity } from "../history/log-identity.ts"
import type { Position } from "../ports/event-store.ts"
import { type Message, Messages, type MessagesEnd } from "../ports/messages.ts"
import { ViewsUnavailable } from "../ports/views.ts"
import type { FeedCursor } from "./feed-cursor.ts"

/** What followed on a cursor is not what follows on it now: of another log, or forgotten when the log was put back from a backup. */
export class CursorExpired extends Schema.TaggedError<CursorExpired>()("CursorExpired", {
  why: Schema.Literals(["another_log", "later_epoch", "beyond_restore"])
}) {}

/** A place in the messages of this log. */
export type FeedPlace = Omit<FeedCursor, "logId">
export const beginning: FeedPlace = { epoch: 0, position: 0 }

export type FeedPage = {
  readonly messages: ReadonlyArray<Message>
  /** Up to there nothing but these messages follows; its epoch is that of the log at all of them. */
  readonly upTo: FeedPlace
}

/** Up to where messages are given. */
export const reachOf = ({ position, blocked }: MessagesEnd): Position =>
  blocked ? Math.min(position, blocked.position - 1) : position

/** The place of a cursor in this log. */
export const placeOf = Effect.fnUntraced(function* ({ logId, epoch, position }: FeedCursor) {
  const log = yield* LogIdentity
  if (logId !== log.logId) return yield* new CursorExpired({ why: "another_log" })
  if (epoch > log.epoch) return yield* new CursorExpired({ why: "later_epoch" })
  return { epoch, position } satisfies FeedPlace
})

/**
 * Up to `limit` messages after a place, fewer where they are large, none at the end alone; of one tenant or of all. A place of an earlier
 * epoch holds before the point at which the log was put back. One that rows have not come to yet, as they are made anew, has nothing after it.
 */
export const readFeed = Effect.fnUntraced(function* (from: FeedPlace, limit: number, tenant: string | undefined) {
  const { read, end, restoredAfter } = yield* Messages
  const reachedBefore = reachOf(yield* end)
  const messages = yield* read(from.position, limit, tenant)
  // Read last: what was saved meanwhile may lie beyond a restore, and is no place of an earlier epoch.
  const now = yield* end
  if (from.epoch < now.epoch) {
    const restored = yield* restoredAfter(from.epoch)
    if (restored !== undefined && from.position >= restored) return yield* new CursorExpired({ why: "beyond_restore" })
  }
  const last = messages.at(-1)
  if (last && last.position > reachOf(now))
    return yield* new ViewsUnavailable({ operation: "feed", code: "rows_moved" })
  const upTo = last?.position ?? reachedBefore
  return { messages, upTo: upTo < from.position ? from : { epoch: now.epoch, position: upTo } } satisfies FeedPage
})
