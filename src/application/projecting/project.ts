import { Clock, Effect, Result } from "effect"
import { decodeEvent, type UnreadableEvent } from "../../domain/registration/event-codec.ts"
import { BoundedMap } from "../bounded-map.ts"
import { logStream, registrationOf } from "../history/ids.ts"
import { readLogEvent } from "../history/log-events.ts"
import { messageOf } from "../messages/message-of.ts"
import type { Position, RecordedEvent } from "../ports/event-store.ts"
import type { Message } from "../ports/messages.ts"
import type { Blocked, Restore, Row, SavedPage, Views } from "../ports/views.ts"
import { lookAgain, placeOf } from "./look-again.ts"
import { makeRowAfter, nextRevision, type PutOffUntil } from "./row-after.ts"

type Options = {
  /** Rows kept in memory because their next event is likely to come soon; those of the page before, which may not be saved yet, at least. */
  readonly recentRows: number
  readonly putOffUntil: PutOffUntil
  readonly onUnreadable: (event: UnreadableEvent) => void
}

/** A page as it was saved, and when it was made by the wall clock. */
export type Projected = { readonly page: SavedPage; readonly now: number }

/**
 * Folds pages of events into the rows of their registrations and makes their public messages; answers what saves both together with the
 * position. An event that this version cannot read, or that is lost, parks its registration: nothing that comes after it follows on the row,
 * and the messages end before it. After a failure it is made anew: its memory is ahead of what is saved.
 */
export const makeProject = Effect.fnUntraced(function* (views: Views["Service"], options: Options) {
  const rowAfter = yield* makeRowAfter(options.putOffUntil)
  const recent = new BoundedMap<string, Row>(options.recentRows)
  let epoch = yield* views.epoch

  return Effect.fnUntraced(function* (events: ReadonlyArray<RecordedEvent>, position: Position, after: Position) {
    const now = yield* Clock.currentTimeMillis
    const unknown = new Set<string>()
    for (const { stream } of events) {
      const id = registrationOf(stream)
      if (id !== undefined && !recent.has(id)) unknown.add(id)
    }
    const stored = unknown.size > 0 ? yield* views.rows([...unknown]) : new Map<string, Row>()
    const changed = new Map<string, Row>()
    const rowOf = (id: string) => changed.get(id) ?? recent.get(id) ?? stored.get(id)
    const messages: Array<Message> = []
    const restores: Array<Restore> = []
    const blocks: Array<Blocked> = []
    const astray = new Map<string, Array<RecordedEvent>>()
    let epochNow = epoch

    const follow = (id: string, event: RecordedEvent, row: Row | undefined): void => {
      const decoded = decodeEvent(event, event)
      if (Result.isFailure(decoded)) {
        options.onUnreadable(decoded.failure)
        blocks.push(placeOf(event))
        if (row) changed.set(id, { ...row, dueAt: now })
        return
      }
      const next = rowAfter(row, id, decoded.success, event, { now, epoch: epochNow })
      // Nothing of ours begins like that, and there is nobody whom to tell of it.
      if (next === undefined) return void blocks.push(placeOf(event))
      changed.set(id, next)
      const message = messageOf(id, decoded.success, event, next.state)
      if (message) messages.push(message)
    }

    for (const event of events) {
      const id = registrationOf(event.stream)
      if (id === undefined) {
        const restored = event.stream === logStream ? readLogEvent(event) : undefined
        if (restored?._tag !== "LogRestored") continue
        epochNow = restored.epoch
        restores.push({ epoch: epochNow, position: event.position })
        continue
      }
      const row = rowOf(id)
      if (event.revision === nextRevision(row)) follow(id, event, row)
      else astray.set(id, [...(astray.get(id) ?? []), event])
    }
    for (const [id, theirs] of astray) {
      const found = yield* lookAgain(id, rowOf(id), theirs, rowAfter, now)
      if (found.row) changed.set(id, found.row)
      messages.push(...found.messages)
      if (found.blocked) blocks.push(found.blocked)
    }
    if (astray.size > 0) messages.sort(byPosition)

    const last = events.at(-1)
    const [blocked] = blocks.sort(byPosition)
    const page: SavedPage = {
      after,
      position,
      epoch: epochNow,
      rows: [...changed.values()],
      messages,
      ...(last ? { last } : {}),
      ...(restores.length > 0 ? { restores } : {}),
      ...(blocked ? { blocked } : {})
    }
    epoch = epochNow
    for (const row of page.rows) recent.set(row.id, row)
    const projected: Projected = { page, now }
    return Effect.as(views.save(page), projected)
  })
})

const byPosition = (one: { readonly position: Position }, other: { readonly position: Position }): number =>
  one.position - other.position
