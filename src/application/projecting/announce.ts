import { Effect } from "effect"
import { NewMessages } from "../messages/new-messages.ts"
import { Messages, reachOf } from "../ports/messages.ts"
import { type SavedPage, Views } from "../ports/views.ts"

/**
 * Tells those who follow the messages in this process what was saved: nothing at or beyond an event of which none can be made, and nothing
 * while they are not complete.
 */
export const makeAnnounce = Effect.gen(function* () {
  const { announce } = yield* NewMessages
  const reached = yield* Views.use((views) => views.position)
  const end = yield* Messages.use((messages) => messages.end)
  let isOver = end.blocked !== undefined || end.position < reached

  return (page: SavedPage): void => {
    if (isOver) return
    const { after, epoch, messages, blocked } = page
    isOver = blocked !== undefined
    const upTo = reachOf(page)
    announce({ after, upTo, epoch, messages: messages.filter((message) => message.position <= upTo) })
  }
})
