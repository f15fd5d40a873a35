import { Effect } from "effect"
import type { Position } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"
import { Messages, reachOf } from "../ports/messages.ts"

const page = 1000

/** The messages that are stored, in their order, for who comes along the log. */
export const makeStoredMessages = Effect.gen(function* () {
  const messages = yield* Messages
  const end = yield* messages.end
  let ahead: ReadonlyArray<Message> = []
  let next = 0
  let readTo = 0

  /** Those that were not taken yet, up to a position. */
  const upTo = Effect.fnUntraced(function* (position: Position) {
    const found: Array<Message> = []
    while (true) {
      for (let message = ahead[next]; message && message.position <= position; message = ahead[++next])
        found.push(message)
      if (next < ahead.length || readTo >= position) return found
      const read = yield* messages.read(readTo, page)
      ahead = read.messages
      next = 0
      readTo = ahead.at(-1)?.position ?? Number.MAX_SAFE_INTEGER
    }
  })
  return { upTo, end, reach: reachOf(end) }
})
