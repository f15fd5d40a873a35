import { Clock, Effect, Result } from "effect"
import { decodeEvent } from "../domain/registration/event-codec.ts"
import type { RegistrationEvent, Sealed } from "../domain/registration/events.ts"
import { evolve } from "../domain/registration/evolve.ts"
import { nextStep } from "../domain/registration/next-step.ts"
import { initial, submissionOf } from "../domain/registration/registration.ts"
import { BoundedMap } from "./bounded-map.ts"
import { Agenda } from "./driving/agenda.ts"
import { Health } from "./health.ts"
import { registrationOf } from "./history/ids.ts"
import type { RecordedEvent } from "./ports/event-store.ts"
import { Log } from "./ports/log.ts"
import { type Row, Views } from "./ports/views.ts"
import { Settings } from "./settings.ts"

/** Rows kept in memory because their next event is likely to come soon. */
const recentRows = 1000

/**
 * One row a registration: its folded state and when its next step is due. What is due is handed to the driver once it is saved. An event
 * that this version cannot read parks its registration: nothing that comes after it follows on the row.
 */
export const projection = Effect.gen(function* () {
  const views = yield* Views
  const agenda = yield* Agenda
  const log = yield* Log
  const health = yield* Health
  const settings = yield* Settings
  const recent = new BoundedMap<string, Row>(recentRows)

  const apply = (row: Row | undefined, id: string, event: RecordedEvent, now: number): Row | undefined => {
    if (event.revision !== (row?.revision ?? -1) + 1) return row
    const decoded = decodeEvent(event, event)
    if (Result.isFailure(decoded)) {
      log.error("unreadable_event", decoded.failure)
      health.park(decoded.failure)
      return row && { ...row, dueAt: now }
    }
    const at = Date.parse(event.recordedAt)
    const state = evolve(row?.state ?? initial, withoutCiphertext(decoded.success), at)
    if (state._tag === "Initial") return row
    // A history does not go back with the wall clock; what is due at its end is due now all the same.
    const seenAt = Math.min(at, now)
    const step = nextStep(state, seenAt, settings)
    const stepAt = step._tag === "Nothing" ? undefined : step._tag === "WaitUntil" ? step.at : seenAt
    // The driver may have been here before this row.
    const dueAt = agenda.putOffUntil(id, event.revision) ?? stepAt
    const submissionId = submissionOf(state)?.id
    return {
      id,
      revision: event.revision,
      state,
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(submissionId === undefined ? {} : { submissionId })
    }
  }

  const handle = Effect.fnUntraced(function* (events: ReadonlyArray<RecordedEvent>, position: number) {
    const now = yield* Clock.currentTimeMillis
    const changed = new Map<string, Row>()
    const unknown = new Set(
      events.flatMap(({ stream }) => registrationOf(stream) ?? []).filter((id) => !recent.has(id))
    )
    const stored = unknown.size > 0 ? yield* views.rows([...unknown]) : new Map<string, Row>()
    for (const event of events) {
      const id = registrationOf(event.stream)
      if (id === undefined) continue
      const before = changed.get(id) ?? recent.get(id) ?? stored.get(id)
      const after = apply(before, id, event, now)
      if (after && after !== before) changed.set(id, after)
    }
    const rows = [...changed.values()]
    yield* views.save(rows, position)
    for (const row of rows) recent.set(row.id, row)
    agenda.offer(rows, now, now + settings.sweepInterval)
  })

  return { position: views.position, handle }
})

/** Rows are asked when something is due and what a list shows: what is sealed stays in the log alone. */
const withoutCiphertext = (event: RegistrationEvent): RegistrationEvent => {
  if (event._tag === "Requested") return { ...event, personal: emptied(event.personal) }
  return event._tag === "UrlsIssued" ? { ...event, urls: emptied(event.urls) } : event
}
const emptied = ({ keyId }: Sealed): Sealed => ({ keyId, nonce: "", box: "" })
