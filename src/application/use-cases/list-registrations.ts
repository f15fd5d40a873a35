import { Effect } from "effect"
import { maybe } from "../../domain/registration/maybe.ts"
import { type Caller, tenantSeenBy } from "../caller.ts"
import { Health, type Parked } from "../health.ts"
import { streamOf } from "../history/ids.ts"
import { type ListFilter, type ListPlace, RegistrationList } from "../ports/registration-list.ts"
import type { Row } from "../ports/views.ts"
import { findRegistration } from "./find-registration.ts"

/** A page of the registrations that the caller may see, newest first; `next` is its end when more follow. */
export const listRegistrations = Effect.fnUntraced(function* (
  caller: Caller,
  filter: Omit<ListFilter, "tenant">,
  limit: number,
  after?: ListPlace
) {
  const { list } = yield* RegistrationList
  const rows = yield* list({ ...filter, ...maybe("tenant", tenantSeenBy(caller)) }, limit + 1, after)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const { parkedIn } = yield* Health
  const told = page.map((row) => asTold(row, caller, parkedIn(streamOf(row.id))))
  const registrations = yield* Effect.all(told, { concurrency: "unbounded" })
  return { registrations, ...(last && { next: endOf(last) }) }
})

/** A row knows nothing of an event that nobody can read: of such a registration its stream tells. While that cannot be asked the row has to do. */
const asTold = (row: Row, caller: Caller, unreadable: Parked | undefined) =>
  unreadable
    ? Effect.catch(findRegistration(row.id, caller), () => Effect.succeed({ ...row, unreadable }))
    : Effect.succeed(row)

const endOf = ({ id, state }: Row): ListPlace => ({ requestedAt: state.requestedAt, id })
