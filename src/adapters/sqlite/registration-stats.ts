import type { DatabaseSync } from "node:sqlite"
import type { Stats } from "../../application/ports/registration-list.ts"
import { mostCounted, type Outcome } from "../../application/ports/views.ts"
import { type StateName, stateNames } from "../../domain/registration/registration.ts"

const day = 24 * 60 * 60 * 1000

/**
 * Counts over the rows of some tenants. What the last 24 hours brought is counted up to `mostCounted`, the newest of each tenant first: who
 * asks may not hold up those who work. Throws what SQLite throws.
 */
export const makeStats = (views: DatabaseSync) => {
  const byState = views.prepare(
    "SELECT state_name AS state, sum(n) AS n FROM counts WHERE generation = ? AND tenant = ? GROUP BY state_name"
  )
  const requested = views.prepare(
    `SELECT count(*) AS n FROM (SELECT 1 FROM registrations INDEXED BY by_time
       WHERE generation = ? AND tenant = ? AND requested_at >= ? LIMIT ?)`
  )
  const outcomes = views.prepare(
    `SELECT outcome, verdict_after FROM registrations INDEXED BY outcomes
     WHERE generation = ? AND tenant = ? AND outcome IS NOT NULL AND outcome_at >= ? ORDER BY outcome_at DESC LIMIT ?`
  )
  outcomes.setReturnArrays(true)

  return (generation: number, tenants: ReadonlyArray<string>, now: number): Stats => {
    const since = now - day
    const states = Object.fromEntries(Object.values(stateNames).map((name) => [name, 0])) as Record<StateName, number>
    const last24h = { requested: 0, issued: 0, rejected: 0, failed: 0 }
    const verdicts: Array<number> = []
    let left = mostCounted
    for (const tenant of tenants) {
      for (const { state, n } of byState.all(generation, tenant) as unknown as ReadonlyArray<{
        state: StateName
        n: number
      }>)
        states[state] += n
      const { n } = requested.get(generation, tenant, since, mostCounted - last24h.requested) as { n: number }
      last24h.requested += n
      const found = outcomes.all(generation, tenant, since, left)
      left -= found.length
      for (const [kind, after] of found as unknown as ReadonlyArray<readonly [Outcome["kind"], number | null]>) {
        last24h[kind]++
        if (after !== null) verdicts.push(after)
      }
    }
    const sorted = Float64Array.from(verdicts).sort()
    const rank = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / 1000
    return {
      byState: states,
      last24h,
      ...(sorted.length === 0 ? {} : { timeToVerdict: { p50: rank(0.5), p95: rank(0.95) } })
    }
  }
}
