import { Effect } from "effect"
import type { ListFilter, ListPlace, RegistrationList } from "../../src/application/ports/registration-list.ts"
import type { Row } from "../../src/application/ports/views.ts"
import { stateNames } from "../../src/domain/registration/registration.ts"

const isWanted = (filter: ListFilter, { state: { _tag, requestedAt, request } }: Row): boolean => {
  const { tenant, partnerUserId, partnerUserIdType, state, requestedFrom, requestedTo } = filter
  return (
    (tenant === undefined || request.tenant === tenant) &&
    (partnerUserId === undefined || request.partnerUserId === partnerUserId) &&
    (partnerUserIdType === undefined || request.partnerUserIdType === partnerUserIdType) &&
    (state === undefined || stateNames[_tag] === state) &&
    (requestedFrom === undefined || requestedAt >= requestedFrom) &&
    (requestedTo === undefined || requestedAt < requestedTo)
  )
}

const isAfter = (a: ListPlace, b: ListPlace): boolean =>
  a.requestedAt < b.requestedAt || (a.requestedAt === b.requestedAt && a.id < b.id)
const placeOf = ({ id, state }: Row): ListPlace => ({ requestedAt: state.requestedAt, id })

/** The list over rows in memory, which may grow meanwhile. There is nothing to count. */
export const memoryRegistrationList = (rows: ReadonlyArray<Row>): RegistrationList["Service"] => ({
  list: (filter, limit, after) =>
    Effect.sync(() =>
      rows
        .filter((row) => isWanted(filter, row) && (after === undefined || isAfter(placeOf(row), after)))
        .sort((a, b) => (isAfter(placeOf(a), placeOf(b)) ? 1 : -1))
        .slice(0, limit)
    ),
  stats: () => Effect.die("nothing is counted here")
})
