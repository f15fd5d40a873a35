import { randomUUID } from "node:crypto"
import { Effect } from "effect"
import { writeCursor } from "../../src/application/messages/feed-cursor.ts"
import { NewMessages } from "../../src/application/messages/new-messages.ts"
import type { Message } from "../../src/application/ports/messages.ts"
import { type SavedPage, Views } from "../../src/application/ports/views.ts"

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
export const saveMessages = (
  messages: ReadonlyArray<Message>,
  page: Partial<SavedPage> & { readonly isTold?: boolean } = {}
) => saved(messages, page)

const saved = Effect.fnUntraced(function* (
  messages: ReadonlyArray<Message>,
  { isTold = true, ...page }: Parameters<typeof saveMessages>[1] & object
) {
  const views = yield* Views
  const { publish } = yield* NewMessages
  const after = yield* views.position
  const position = page.position ?? messages.at(-1)?.position ?? after
  const epoch = page.epoch ?? (yield* views.epoch)
  yield* views.save({ after, position, epoch, rows: [], messages, ...page })
  if (isTold) publish({ after, upTo: position, epoch, messages })
})
