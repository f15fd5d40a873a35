import { Clock, Effect, Result } from "effect"
import { decodeEvent } from "../../domain/registration/event-codec.ts"
import { maybe } from "../../domain/registration/maybe.ts"
import { BoundedMap } from "../bounded-map.ts"
import { Health } from "../health.ts"
import { logStream, registrationOf } from "../history/ids.ts"
import { readLogEvent } from "../history/log-events.ts"
import { messageOf } from "../messages/message-of.ts"
import type { Position, RecordedEvent } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import type { Row, SavedPage, Views } from "../ports/views.ts"
import { Settings } from "../settings.ts"
import { fromStream } from "./from-stream.ts"
import { PageDraft } from "./page-draft.ts"
import { makeRowAfter, nextRevision, type PutOffUntil } from "./row-after.ts"

type Options = {
  /** Rows kept in memory because their next event is likely to come soon; those of the page before, which may not be saved yet, at least. */
  readonly recentRows: number
  readonly putOffUntil: PutOffUntil
}

/** A page as it was saved, and when it was made by the wall clock. */
export type Projected = { readonly page: SavedPage; readonly now: number }

/**
 * Folds pages of events into the rows of their registrations and makes their public messages; answers what saves both together with the
 * position. An event that this version cannot read, or that is lost, parks its registration: nothing that comes after it follows on the row,
 * and the messages end before it. After a failure it is made anew: its memory is ahead of what is saved.
 */
export const makeProject = Effect.fnUntraced(function* (views: Views["Service"], options: Options) {
  const log = yield* Log
  const { park } = yield* Health
  const { eraseAfter } = yield* Settings
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
    const draft = new PageDraft(epoch)
    const rowOf = (id: string) => draft.row(id) ?? recent.get(id) ?? stored.get(id)

    const take = (id: string, event: RecordedEvent, row: Row | undefined): void => {
      const decoded = decodeEvent(event, event)
      if (Result.isFailure(decoded)) {
        log.error("unreadable_event", decoded.failure)
        park(decoded.failure)
        draft.block(event)
        if (row) draft.setRow({ ...row, dueAt: now })
        return
      }
      const next = rowAfter(row, id, decoded.success, event, { now, epoch: draft.epoch })
      // Nothing of ours begins like that, and there is nobody whom to tell of it.
      if (next === undefined) return void draft.block(event)
      draft.setRow(next)
      const message = messageOf(id, decoded.success, event, next.state)
      if (message) draft.addMessage(message)
    }

    const astray = new Map<string, Array<RecordedEvent>>()
    for (const event of events) {
      const id = registrationOf(event.stream)
      if (id === undefined) {
        const restored = event.stream === logStream ? readLogEvent(event) : undefined
        if (restored?._tag === "LogRestored") draft.addRestore({ epoch: restored.epoch, position: event.position })
        continue
      }
      const row = rowOf(id)
      if (event.revision === nextRevision(row)) take(id, event, row)
      else astray.set(id, [...(astray.get(id) ?? []), event])
    }
    for (const [id, theirs] of astray) {
      const { row, messages, blocked, unusable } = yield* fromStream(id, rowOf(id), theirs, rowAfter, now)
      if (row) draft.setRow(row)
      for (const message of messages) draft.addMessage(message)
      if (blocked) draft.block(blocked)
      if (unusable) park(unusable)
    }

    const page: SavedPage = { ...draft.page(events, position, after), ...maybe("eraseAfter", eraseAfter) }
    epoch = page.epoch
    for (const row of page.rows) recent.set(row.id, row)
    const projected: Projected = { page, now }
    return Effect.as(views.save(page), projected)
  })
})
