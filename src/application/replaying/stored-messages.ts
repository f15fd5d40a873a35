import { Effect } from "effect"
import type { Position } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"
import { Messages, reachOf } from "../ports/messages.ts"

const page = 2000

/** The messages that are stored after a position, in their order, for who comes along the log. */
export const makeStoredMessages = Effect.fnUntraced(function* (after: Position) {
  const messages = yield* Messages
  const end = yield* messages.end
  let ahead: ReadonlyArray<Message> = []
  let next = 0
  let readTo = after

  /** Those that were not taken yet, up to a position, are read. */
  const upTo = Effect.fnUntraced(function* (position: Position) {
    while (readTo < position) {
      const read = yield* messages.read(readTo, page)
      ahead = next < ahead.length ? [...ahead.slice(next), ...read.messages] : read.messages
      next = 0
      readTo = read.messages.at(-1)?.position ?? Number.MAX_SAFE_INTEGER
    }
  })
  /** The next one, if it stands no later than there. */
  const take = (position: Position): Message | undefined => {
    const message = ahead[next]
    if (message === undefined || message.position > position) return undefined
    next++
    return message
  }
  return { upTo, take, end, reach: reachOf(end) }
})
