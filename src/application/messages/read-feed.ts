import { Effect, Schema } from "effect"
import { LogIdentity } from "../history/log-identity.ts"
import type { Message } from "../ports/message.ts"
import { Messages, reachOf } from "../ports/messages.ts"
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

/** A place of an earlier epoch holds before the point at which the log was put back. */
const holds = Effect.fnUntraced(function* ({ epoch, position }: FeedPlace) {
  const restored = yield* Messages.use(({ restoredAfter }) => restoredAfter(epoch))
  if (restored !== undefined && position >= restored) return yield* new CursorExpired({ why: "beyond_restore" })
})

/** The place of a cursor in this log. */
export const placeOf = Effect.fnUntraced(function* ({ logId, epoch, position }: FeedCursor) {
  const log = yield* LogIdentity
  if (logId !== log.logId) return yield* new CursorExpired({ why: "another_log" })
  if (epoch > log.epoch) return yield* new CursorExpired({ why: "later_epoch" })
  const place: FeedPlace = { epoch, position }
  if (epoch < log.epoch) yield* holds(place)
  return place
})

/**
 * Up to `limit` messages after a place, fewer where they are large, none at the end alone; of one tenant or of all. One that rows have not
 * come to yet, as they are made anew, has nothing after it.
 */
export const readFeed = Effect.fnUntraced(function* (from: FeedPlace, limit: number, tenant: string | undefined) {
  const { read } = yield* Messages
  const { messages, end } = yield* read(from.position, limit, tenant)
  // Rows may have come to the restore since the place was found, or gone on beyond it.
  if (from.epoch < end.epoch) yield* holds(from)
  const upTo = messages.at(-1)?.position ?? reachOf(end)
  return { messages, upTo: upTo < from.position ? from : { epoch: end.epoch, position: upTo } } satisfies FeedPage
})
