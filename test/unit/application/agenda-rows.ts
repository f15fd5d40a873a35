import type { Due, Row } from "../../../src/application/ports/views.ts"
import type { Registration } from "../../../src/domain/registration/registration.ts"
import { fold } from "../../support/given.ts"
import { requested } from "../../support/registration-events.ts"

const state = fold([requested]) as Registration

export const dueRow = (id: string, revision = 0, dueAt = 0): Row & { readonly dueAt: number } => ({
  id,
  revision,
  state,
  dueAt,
  reconciledIn: 0
})

/** What a sweep finds. */
export const rowsDue = (...ids: ReadonlyArray<string>): ReadonlyArray<Due> =>
  ids.map((id) => ({ id, revision: 0, dueAt: -1, tries: 0, reconciledIn: 0 }))
