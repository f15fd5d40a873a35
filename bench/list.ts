import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { openMigrated } from "../src/adapters/sqlite/migrations.ts"
import { sqliteRegistrationListLayer } from "../src/adapters/sqlite/registration-list.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { sqliteDatabaseLayer } from "../src/adapters/sqlite/sqlite-database.ts"
import { writes } from "../src/adapters/sqlite/statements.ts"
import { saveRow } from "../src/adapters/sqlite/view-rows.ts"
import { newId } from "../src/application/history/ids.ts"
import { type ListFilter, RegistrationList } from "../src/application/ports/registration-list.ts"
import type { Row } from "../src/application/ports/views.ts"
import { evolve } from "../src/domain/registration/evolve.ts"
import { initial, type Registration, type State } from "../src/domain/registration/registration.ts"
import { histories } from "../test/support/registration-events.ts"
import { median } from "./rounds.ts"

const now = Date.parse("2026-11-26T10:00:00.000Z")
/** Ten days: 100,000 of a million in the last 24 hours. */
const span = 10 * 24 * 60 * 60 * 1000

/** What registrations came to, and in how many of 100 cases. */
const fates = [
  [histories.issued, 70],
  [histories.rejected, 15],
  [histories.withdrawnEarly, 10],
  [histories.awaiting, 5]
] as const
const states = fates.flatMap(([history, share]) => {
  const state = history.reduce<State>((before, event) => evolve(before, event, now), initial)
  return Array.from({ length: share }, () => state)
})

/** Half of them one tenant's, with two types of user ids; the others of 50 tenants. */
const rowAt = (i: number, of: number): Row => {
  const state = states[(i * 37) % states.length] as Registration
  const requestedAt = now - span + Math.floor((i * span) / of)
  const tenant = i % 2 === 0 ? "large" : `tenant-${i % 50}`
  const partnerUserIdType = i < of / 2 ? "OLD_USER_ID" : "USER_ID"
  const request = { ...state.request, tenant, partnerUserId: `user-${i}`, partnerUserIdType }
  const kind = state._tag === "Issued" ? "issued" : state._tag === "Rejected" ? "rejected" : undefined
  return {
    id: crypto.randomUUID(),
    revision: 9,
    state: { ...state, request, requestedAt },
    reconciledIn: 0,
    submissionId: newId(),
    ...(kind ? { outcome: { kind, at: requestedAt + 60_000, verdictAfter: 1000 + (i % 50_000) } } : {})
  }
}

const fill = (dir: string, count: number) => {
  openMigrated(dir, schema.vault).close()
  const db = openMigrated(dir, schema.views)
  db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288")
  const save = db.prepare(writes.views.saveRow)
  for (let i = 0; i < count; ) {
    db.exec("BEGIN")
    for (const end = Math.min(i + 50_000, count); i < end; i++) {
      const [, ...values] = saveRow(1, rowAt(i, count))
      save.run(...values)
    }
    db.exec("COMMIT")
  }
  db.close()
}

const day = 24 * 60 * 60 * 1000
const filters: ReadonlyArray<readonly [string, ListFilter]> = [
  ["of all", {}],
  ["of a tenant", { tenant: "large" }],
  ["of a small tenant", { tenant: "tenant-7" }],
  ["of a user", { tenant: "large", partnerUserId: "user-4000" }],
  ["of a user, all tenants", { partnerUserId: "user-4000" }],
  ["of a state", { tenant: "large", state: "rejected" }],
  ["of a state, all tenants", { state: "issued" }],
  ["of a state that none has", { tenant: "large", state: "failed" }],
  ["of a type", { tenant: "large", partnerUserIdType: "OLD_USER_ID" }],
  ["of a type and a state", { tenant: "large", partnerUserIdType: "OLD_USER_ID", state: "withdrawn" }],
  ["of a time", { tenant: "large", requestedFrom: now - 5 * day, requestedTo: now - 4 * day }],
  ["of a time and a state", { tenant: "large", state: "issued", requestedTo: now - 4 * day }]
]

/** Milliseconds that the middle one of some pages takes; each begins where the one before it ended. */
const paging = Effect.fnUntraced(function* (filter: ListFilter) {
  const list = yield* RegistrationList
  const times: Array<number> = []
  let last: Row | undefined
  for (let page = 0; page < 40; page++) {
    const began = performance.now()
    const after = last && { requestedAt: last.state.requestedAt, id: last.id }
    const rows = yield* list.list(filter, 50, after)
    times.push(performance.now() - began)
    last = rows.at(-1)
  }
  return Number(median(times).toFixed(2))
})

/** Milliseconds of a page of 50 with each filter, and of the statistics of one tenant and of all. */
const measured = Effect.gen(function* () {
  const list = yield* RegistrationList
  const pages: Array<{ readonly filter: string; readonly millis: number }> = []
  for (const [name, filter] of filters) pages.push({ filter: name, millis: yield* paging(filter) })
  const stats = Effect.fnUntraced(function* (tenant?: string) {
    const times: Array<number> = []
    for (let i = 0; i < 5; i++) {
      const began = performance.now()
      yield* list.stats(now, tenant)
      times.push(performance.now() - began)
    }
    return Math.round(median(times))
  })
  const slowest = Math.max(...pages.map(({ millis }) => millis))
  return { pages, slowest, stats: yield* stats("large"), statsOfAll: yield* stats() }
})

const measureIn = (dataDir: string) => {
  const database = sqliteDatabaseLayer({ dataDir, onFatal: (code) => console.error(code) })
  return Effect.runPromise(Effect.provide(measured, sqliteRegistrationListLayer.pipe(Layer.provide(database))))
}

/** The lists and statistics of that many registrations. */
export const run = async (registrations = 1_000_000) => {
  const dir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  fill(dir, registrations)
  const result = await measureIn(dir)
  rmSync(dir, { recursive: true })
  return result
}

if (import.meta.main) console.log(await run())
