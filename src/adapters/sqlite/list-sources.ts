import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import type { ListFilter } from "../../application/ports/registration-list.ts"
import type { Found, Source } from "./newest-first.ts"

type Group = { readonly tenant: string; readonly type: string; readonly state: string }

const newest = `AND requested_at >= ?2 AND requested_at <= ?3 AND (requested_at < ?3 OR id < ?4)
  ORDER BY requested_at DESC, id DESC LIMIT ?5`
const columns = "SELECT rowid, id, requested_at AS requestedAt FROM registrations INDEXED BY"

/** Where to look for the rows of a filter, so that each place has few others beside them. Throws what SQLite throws. */
export const makeListSources = (views: DatabaseSync) => {
  const inTime = views.prepare(`${columns} by_time WHERE generation = ?1 AND tenant = ?6 ${newest}`)
  const inState = views.prepare(
    `${columns} by_state WHERE generation = ?1 AND tenant = ?6 AND partner_user_id_type = ?7 AND state_name = ?8 ${newest}`
  )
  const ofUser = views.prepare(
    `${columns} by_user WHERE generation = ?1 AND tenant = ?6 AND partner_user_id = ?7
     AND partner_user_id_type = ifnull(?8, partner_user_id_type) AND state_name = ifnull(?9, state_name) ${newest}`
  )
  const tenants = views.prepare("SELECT DISTINCT tenant FROM counts WHERE generation = ?")
  const groups = views.prepare(
    `SELECT tenant, partner_user_id_type AS type, state_name AS state FROM counts
     WHERE generation = ?1 AND tenant = ifnull(?2, tenant) AND partner_user_id_type = ifnull(?3, partner_user_id_type)
     AND state_name = ifnull(?4, state_name) AND n > 0`
  )

  const tenantsOf = (generation: number, tenant?: string): ReadonlyArray<string> =>
    tenant === undefined
      ? (tenants.all(generation) as unknown as ReadonlyArray<Pick<Group, "tenant">>).map(({ tenant }) => tenant)
      : [tenant]

  const sourcesOf = (generation: number, filter: ListFilter): ReadonlyArray<Source> => {
    const { tenant, partnerUserId, partnerUserIdType: type, state, requestedFrom = 0 } = filter
    const source =
      (statement: ReturnType<DatabaseSync["prepare"]>, ...keys: ReadonlyArray<SQLInputValue>): Source =>
      ({ requestedAt, id }, limit) =>
        statement.all(generation, requestedFrom, requestedAt, id, limit, ...keys) as unknown as ReadonlyArray<Found>
    const all = () => tenantsOf(generation, tenant)
    if (partnerUserId !== undefined)
      return all().map((tenant) => source(ofUser, tenant, partnerUserId, type ?? null, state ?? null))
    if (type === undefined && state === undefined) return all().map((tenant) => source(inTime, tenant))
    const found = groups.all(generation, tenant ?? null, type ?? null, state ?? null) as unknown as ReadonlyArray<Group>
    return found.map(({ tenant, type, state }) => source(inState, tenant, type, state))
  }
  return { tenantsOf, sourcesOf }
}
