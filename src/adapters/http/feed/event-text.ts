import { writeCursor } from "../../../application/messages/feed-cursor.ts"
import type { FeedPlace } from "../../../application/messages/read-feed.ts"
import type { Message } from "../../../application/ports/message.ts"

/** What a stream begins with: a comment at once, so that proxies pass it on, and the milliseconds after which a client comes again. */
export const prologue = ":\nretry: 2000\n\n"
/** Shows both sides that the other one is there. */
export const heartbeat = ":\n\n"

/** Bytes of one piece at most, and what is kept of it for a reader who does not take it. A message is far smaller. */
const pieceSize = 64 * 1024

/** Messages as Server-Sent Events, up to a place. */
export type Piece = { readonly bytes: Buffer; readonly count: number; readonly upTo: FeedPlace }

/**
 * As many of the messages as a piece takes, at least one; where it takes all, it leads as far as they do. Their JSON has no line breaks: those
 * in texts are escaped.
 */
export const pieceOf = (
  messages: ReadonlyArray<Message>,
  { epoch, position: end }: FeedPlace,
  logId: string
): Piece => {
  const events: Array<string> = []
  let size = 0
  let last = 0
  for (const { position, json } of messages) {
    size += json.length
    if (size > pieceSize && events.length > 0)
      return { bytes: Buffer.from(events.join("")), count: events.length, upTo: { epoch, position: last } }
    const { type } = JSON.parse(json) as { readonly type: string }
    events.push(`id: ${writeCursor({ logId, epoch, position })}\nevent: ${type}\ndata: ${json}\n\n`)
    last = position
  }
  return { bytes: Buffer.from(events.join("")), count: events.length, upTo: { epoch, position: end } }
}
