import { Effect } from "effect"
import { NewMessages } from "../messages/new-messages.ts"
import { Messages } from "../ports/messages.ts"
import { type SavedPage, Views } from "../ports/views.ts"

/**
 * Tells those who follow the messages in this process what was saved: nothing at or beyond an event of which none can be made, and nothing
 * while they are not complete.
 */
export const makeAnnounce = Effect.gen(function* () {
  const { publish } = yield* NewMessages
  const reached = yield* Views.use((views) => views.position)
  const end = yield* Messages.use((messages) => messages.end)
  let isOver = end.blocked !== undefined || end.position < reached

  return ({ after, position, epoch, messages, blocked }: SavedPage): void => {
    if (isOver) return
    isOver = blocked !== undefined
    const upTo = blocked ? blocked.position - 1 : position
    publish({ after, upTo, epoch, messages: messages.filter((message) => message.position <= upTo) })
  }
})
