import { Effect } from "effect"
import type { FeedCursor } from "../messages/feed-cursor.ts"
import type { Position } from "../ports/event-store.ts"
import { MessageBroker } from "../ports/message-broker.ts"
import { Messages } from "../ports/messages.ts"
import { type Lane, OpenLanes } from "./batches.ts"

/** Messages that are read at once: nobody else has a turn meanwhile. */
const atOnce = 1000
/** Reads a page, all of which is held in memory, twice: each of its sends costs a round trip, however little it holds. */
const most = 3

/** Messages that are sent before any that follow on them. */
export type Page = {
  /** Of its last message. */
  readonly upTo: Position
  /** Of the topic that it was made for. */
  readonly partitions: number
  readonly lanes: ReadonlyArray<Lane>
}

/** What follows on a position, ready to be sent to a topic with so many partitions; undefined when there is nothing. */
export const nextPage = Effect.fnUntraced(function* (
  after: Position,
  log: Omit<FeedCursor, "position">,
  partitions: number
) {
  const { read } = yield* Messages
  const { partitionOf } = yield* MessageBroker
  const open = new OpenLanes(log, (key) => partitionOf(key, partitions))
  let upTo = after
  for (let reads = 0; reads < most; reads++) {
    if (reads > 0) yield* Effect.yieldNow
    const { messages } = yield* read(upTo, atOnce)
    open.add(messages)
    upTo = messages.at(-1)?.position ?? upTo
    // Few are no reason to ask again: they go out at once.
    if (messages.length < atOnce / 2) break
  }
  return upTo === after ? undefined : ({ upTo, partitions, lanes: open.lanes() } satisfies Page)
})
