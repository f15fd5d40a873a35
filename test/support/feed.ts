import { randomUUID } from "node:crypto"
import { Effect } from "effect"
import { writeCursor } from "../../src/application/messages/feed-cursor.ts"
import { NewMessages } from "../../src/application/messages/new-messages.ts"
import type { Message } from "../../src/application/ports/message.ts"
import type { SavedPage } from "../../src/application/ports/views.ts"
import { savePage } from "./saved-page.ts"

/** A place in the log of tests. */
export const cursorAt = (position: number, epoch = 0, logId = "log") => writeCursor({ logId, epoch, position })

/** A message that no other is equal to; its JSON is written as nothing of ours would write it again. */
export const messageAt = (position: number, tenant = "north", note = ""): Message => {
  const registrationId = randomUUID()
  const type = "certreg.registration.requested.v1"
  const json = `{ "id":"${randomUUID()}" , "type":"${type}","sequence":"0000000000", "position":${position}.0, "note":"\\u00e9é \\u2028${note}"}`
  return { position, registrationId, tenant, json }
}

export const messagesFrom = (first: number, count: number, tenant = "north", note = ""): ReadonlyArray<Message> =>
  Array.from({ length: count }, (_, i) => messageAt(first + i, tenant, note))

/** Saves messages as the projection does. */
export const saveMessages = Effect.fnUntraced(function* (
  messages: ReadonlyArray<Message>,
  { isTold = true, ...page }: Partial<SavedPage> & { readonly isTold?: boolean } = {}
) {
  const { announce } = yield* NewMessages
  const last = messages.at(-1)
  const saved = yield* savePage({ ...(last && { position: last.position }), messages, ...page })
  if (isTold) announce({ after: saved.after, upTo: saved.position, epoch: saved.epoch, messages })
})
