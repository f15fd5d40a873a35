import type { Row } from "../../src/application/ports/views.ts"
import type { RegistrationEvent } from "../../src/domain/registration/events.ts"
import { initial, type Registration, submissionOf } from "../../src/domain/registration/registration.ts"
import { foldOn } from "./given.ts"
import { requested } from "./registration-events.ts"
import { savePage } from "./saved-page.ts"

type Request = Partial<Omit<typeof requested, "_tag">>

/** The row of a registration after these events, the first of which requests it at `requestedAt`. */
export const rowAfter = (
  id: string,
  requestedAt: number,
  [, ...events]: ReadonlyArray<RegistrationEvent> = [requested],
  request: Request = {}
): Row => {
  const state = foldOn(initial, [{ ...requested, ...request }, ...events], requestedAt) as Registration
  const submissionId = submissionOf(state)?.id
  return {
    id,
    revision: events.length,
    state,
    reconciledIn: 0,
    ...(submissionId === undefined ? {} : { submissionId: `${submissionId}-${id}` })
  }
}

/** Saves rows as the projection does, after those that are there. */
export const saveRows = (rows: ReadonlyArray<Row>) => savePage({ rows })
