import type { Outcome, Row } from "../../application/ports/views.ts"
import { stateNames } from "../../domain/registration/registration.ts"
import type { Step } from "./jobs.ts"

/** What a row is made from. */
export type StoredRow = {
  readonly id: string
  readonly revision: number
  readonly state: string
  readonly due_at: number | null
  readonly submission_id: string | null
  readonly reconciled_in: number
  readonly outcome: Outcome["kind"] | null
  readonly outcome_at: number | null
  readonly verdict_after: number | null
}
export const rowColumns =
  "id, revision, state, due_at, submission_id, reconciled_in, outcome, outcome_at, verdict_after"

export const saveRow = (
  generation: number,
  { id, revision, state, dueAt, submissionId, reconciledIn, outcome }: Row
): Step => [
  "saveRow",
  generation,
  id,
  revision,
  dueAt ?? null,
  state.updatedAt,
  submissionId ?? null,
  reconciledIn,
  state.request.tenant,
  state.request.partnerUserId,
  state.request.partnerUserIdType,
  stateNames[state._tag],
  state.requestedAt,
  outcome?.kind ?? null,
  outcome?.at ?? null,
  outcome?.verdictAfter ?? null,
  JSON.stringify(state)
]

export const rowOf = (stored: StoredRow): Row => ({
  id: stored.id,
  revision: stored.revision,
  state: JSON.parse(stored.state),
  reconciledIn: stored.reconciled_in,
  ...(stored.due_at === null ? {} : { dueAt: stored.due_at }),
  ...(stored.submission_id === null ? {} : { submissionId: stored.submission_id }),
  ...outcomeOf(stored)
})

const outcomeOf = ({ outcome: kind, outcome_at: at, verdict_after: verdictAfter }: StoredRow) =>
  kind === null || at === null ? {} : { outcome: verdictAfter === null ? { kind, at } : { kind, at, verdictAfter } }
