import { Clock, Effect, Result } from "effect"
import { decodeEvent } from "../domain/registration/event-codec.ts"
import type { RegistrationEvent, Sealed } from "../domain/registration/events.ts"
import { evolve } from "../domain/registration/evolve.ts"
import { nextStep } from "../domain/registration/next-step.ts"
import { initial, submissionOf } from "../domain/registration/registration.ts"
import { BoundedMap } from "./bounded-map.ts"
import { Agenda } from "./driving/agenda.ts"
import { Reconciled } from "./driving/reconciled.ts"
import { Health } from "./health.ts"
import { registrationOf } from "./history/ids.ts"
import { positionOfRows } from "./history/last-event.ts"
import { load } from "./history/load.ts"
import { epochAfter } from "./history/log-events.ts"
import type { RecordedEvent, StoredEvent } from "./ports/event-store.ts"
import { Log } from "./ports/log.ts"
import { type Row, Views } from "./ports/views.ts"
import { Settings } from "./settings.ts"

/** Rows kept in memory because their next event is likely to come soon. */
const recentRows = 1000

/**
 * One row a registration: its folded state and when its next step is due. What is due is handed to the driver once it is saved. An event
 * that this version cannot read, or that is lost, parks its registration: nothing that comes after it follows on the row.
 */
export const projection = Effect.gen(function* () {
  const views = yield* Views
  const agenda = yield* Agenda
  const log = yield* Log
  const health = yield* Health
  const settings = yield* Settings
  const reconciled = yield* Reconciled
  const recent = new BoundedMap<string, Row>(recentRows)
  let epoch = yield* views.epoch

  /** `epoch`: of the log where the registration begins. */
  const apply = (row: Row | undefined, id: string, event: StoredEvent, now: number, epoch: number): Row | undefined => {
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
    const reconciledIn = row?.reconciledIn ?? epoch
    const waits = step._tag === "WaitUntil" && reconciled.isReconciled({ id, reconciledIn })
    const stepAt = step._tag === "Nothing" ? undefined : waits ? step.at : seenAt
    // The driver may have been here before this row.
    const dueAt = agenda.putOffUntil(id, event.revision) ?? stepAt
    const submissionId = submissionOf(state)?.id
    return {
      id,
      revision: event.revision,
      state,
      reconciledIn,
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(submissionId === undefined ? {} : { submissionId })
    }
  }

  /** Some event did not follow on its row: the stream tells what is missing, or what became of the registration. */
  const lookAt = Effect.fnUntraced(function* (id: string, row: Row | undefined, now: number) {
    const { events, unreadable } = yield* load(id)
    if (unreadable) {
      health.park(unreadable)
      return row && { ...row, dueAt: now }
    }
    return events.length <= nextRevision(row)
      ? undefined
      : events.reduce<Row | undefined>(
          (before, event) => apply(before, id, event, now, row?.reconciledIn ?? 0),
          undefined
        )
  })

  const handle = Effect.fnUntraced(function* (events: ReadonlyArray<RecordedEvent>, position: number) {
    const now = yield* Clock.currentTimeMillis
    const changed = new Map<string, Row>()
    const unknown = new Set(
      events.flatMap(({ stream }) => registrationOf(stream) ?? []).filter((id) => !recent.has(id))
    )
    const stored = unknown.size > 0 ? yield* views.rows([...unknown]) : new Map<string, Row>()
    const rowOf = (id: string) => changed.get(id) ?? recent.get(id) ?? stored.get(id)
    const astray = new Set<string>()
    let epochNow = epoch
    for (const event of events) {
      epochNow = epochAfter(event, epochNow)
      const id = registrationOf(event.stream)
      if (id === undefined) continue
      const row = rowOf(id)
      if (event.revision !== nextRevision(row)) astray.add(id)
      else {
        const after = apply(row, id, event, now, epochNow)
        if (after) changed.set(id, after)
      }
    }
    for (const id of astray) {
      const after = yield* lookAt(id, rowOf(id), now)
      if (after) changed.set(id, after)
    }
    const rows = [...changed.values()]
    yield* views.save(rows, position, epochNow, events.at(-1))
    health.works("projection")
    epoch = epochNow
    for (const row of rows) recent.set(row.id, row)
    agenda.offer(rows, now, now + settings.sweepInterval)
  })

  // A log that was put back while this process ran may be beyond the position by now: what is new in it would be passed over.
  return { position: positionOfRows, handle }
})

const nextRevision = (row: Row | undefined): number => (row?.revision ?? -1) + 1

/** Rows are asked when something is due and what a list shows: what is sealed stays in the log alone. */
const withoutCiphertext = (event: RegistrationEvent): RegistrationEvent => {
  if (event._tag === "Requested") return { ...event, personal: emptied(event.personal) }
  return event._tag === "UrlsIssued" ? { ...event, urls: emptied(event.urls) } : event
}
const emptied = ({ keyId }: Sealed): Sealed => ({ keyId, nonce: "", box: "" })
