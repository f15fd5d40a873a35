import { Effect, Result } from "effect"
import { decodeEvent } from "../../domain/registration/event-codec.ts"
import { load } from "../history/load.ts"
import type { UnusableEvent } from "../history/unusable-event.ts"
import { messageOf } from "../messages/message-of.ts"
import type { RecordedEvent } from "../ports/event-store.ts"
import type { Message } from "../ports/message.ts"
import type { Row } from "../ports/views.ts"
import { type Moment, nextRevision, type RowAfter } from "./row-after.ts"

/** What became of a registration some of whose events did not follow on its row. */
type Found = {
  /** Absent where nothing changed. */
  readonly row?: Row
  readonly messages: ReadonlyArray<Message>
  /** The first event of which no message can be made. */
  readonly blocked?: RecordedEvent
  /** What its stream cannot be read beyond. */
  readonly unusable?: UnusableEvent
}

/**
 * Some events of a page did not follow on the row of their registration: its stream tells what is missing, or what became of it. As far as it
 * can be read, it makes their messages too.
 */
export const fromStream = Effect.fnUntraced(function* (
  id: string,
  row: Row | undefined,
  astray: ReadonlyArray<RecordedEvent>,
  rowAfter: RowAfter,
  now: number
) {
  const { events, unreadable } = yield* load(id)
  const at: Moment = { now, epoch: row?.reconciledIn ?? 0 }
  const positions = new Map(astray.map(({ revision, position }) => [revision, position]))
  const messages: Array<Message> = []
  let folded: Row | undefined
  for (const stored of events) {
    const decoded = decodeEvent(stored, stored)
    if (Result.isFailure(decoded)) break
    folded = rowAfter(folded, id, decoded.success, stored, at)
    const position = positions.get(stored.revision)
    if (position === undefined || folded === undefined) continue
    const message = messageOf(id, decoded.success, { ...stored, position }, folded.state)
    if (message) messages.push(message)
  }
  const next = nextRevision(folded)
  const blocked = astray.find(({ revision }) => revision >= next)
  const found: Found = blocked ? { messages, blocked } : { messages }
  if (unreadable) return { ...found, unusable: unreadable, ...(row && { row: { ...row, dueAt: now } }) } satisfies Found
  return folded && events.length > nextRevision(row) ? { ...found, row: folded } : found
})
