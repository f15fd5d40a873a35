import { Effect } from "effect"
import type { RegistrationEvent, Sealed } from "../../domain/registration/events.ts"
import { evolve } from "../../domain/registration/evolve.ts"
import { nextStep } from "../../domain/registration/next-step.ts"
import { initial, isSettled, submissionOf } from "../../domain/registration/registration.ts"
import { Reconciled } from "../driving/reconciled.ts"
import type { StoredEvent } from "../ports/event-store.ts"
import type { Row } from "../ports/views.ts"
import { Settings } from "../settings.ts"
import { outcomeAfter } from "./outcome-after.ts"

/** Until when the driver has put a registration off at a revision of which there is no row yet. */
export type PutOffUntil = (id: string, revision: number) => number | undefined

/** Of when a row is made: `now` by the wall clock; `epoch` of the log where the registration begins. */
export type Moment = { readonly now: number; readonly epoch: number }

export type RowAfter = (
  row: Row | undefined,
  id: string,
  event: RegistrationEvent,
  stored: StoredEvent,
  at: Moment
) => Row | undefined

/** What of a row its history alone decides, whenever and wherever that is folded. */
export type Folded = Pick<Row, "revision" | "state" | "submissionId" | "outcome">

/** Folds an event; undefined while there is no registration. */
export const foldedAfter = (
  known: Folded | undefined,
  event: RegistrationEvent,
  { revision, recordedAt }: StoredEvent
): Folded | undefined => {
  const at = Date.parse(recordedAt)
  const before = known?.state ?? initial
  const state = evolve(before, withoutCiphertext(event), at)
  if (state._tag === "Initial") return known
  const submissionId = submissionOf(state)?.id
  const outcome = outcomeAfter(known?.outcome, event, before, at)
  return {
    revision,
    state,
    ...(submissionId === undefined ? {} : { submissionId }),
    ...(outcome === undefined ? {} : { outcome })
  }
}

/** Folds an event into the row of its registration; undefined while there is none. */
export const makeRowAfter = Effect.fnUntraced(function* (putOffUntil: PutOffUntil) {
  const settings = yield* Settings
  const { isReconciled } = yield* Reconciled
  const rowAfter: RowAfter = (row, id, event, stored, { now, epoch }) => {
    const folded = foldedAfter(row, event, stored)
    if (folded === undefined) return row
    const { state } = folded
    const at = Date.parse(stored.recordedAt)
    // A history does not go back with the wall clock; what is due at its end is due now all the same.
    const seenAt = Math.min(at, now)
    const step = nextStep(state, seenAt, settings)
    const reconciledIn = row?.reconciledIn ?? epoch
    const waits = step._tag === "WaitUntil" && (isSettled(state) || isReconciled({ id, reconciledIn }))
    const stepAt = step._tag === "Nothing" ? undefined : waits ? step.at : seenAt
    // The driver may have been here before this row.
    const dueAt = putOffUntil(id, stored.revision) ?? stepAt
    return { id, ...folded, reconciledIn, ...(dueAt === undefined ? {} : { dueAt }) }
  }
  return rowAfter
})

export const nextRevision = (row: Row | undefined): number => (row?.revision ?? -1) + 1

/** Rows are asked when something is due and what a list shows: what is sealed stays in the log alone. */
const withoutCiphertext = (event: RegistrationEvent): RegistrationEvent => {
  if (event._tag === "Requested") return { ...event, personal: emptied(event.personal) }
  return event._tag === "UrlsIssued" ? { ...event, urls: emptied(event.urls) } : event
}
const emptied = ({ keyId }: Sealed): Sealed => ({ keyId, nonce: "", box: "" })
