import { Effect, Layer } from "effect"
import { RegistrationList } from "../../application/ports/registration-list.ts"
import { makeGenerations, snapshot } from "./generations.ts"
import { makeListSources } from "./list-sources.ts"
import { newestFirst } from "./newest-first.ts"
import { makeStats } from "./registration-stats.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { rowColumns, rowOf, type StoredRow } from "./view-rows.ts"
import { readViews as read } from "./views-access.ts"

/** Later than any time. */
const end = Number.MAX_SAFE_INTEGER

export const sqliteRegistrationListLayer: Layer.Layer<RegistrationList, never, SqliteDatabase> = Layer.effect(
  RegistrationList,
  Effect.map(SqliteDatabase, ({ views }) => {
    const generations = makeGenerations(views)
    const { sourcesOf, tenantsOf } = makeListSources(views)
    const stats = makeStats(views)
    const byRowid = views.prepare(`SELECT ${rowColumns} FROM registrations WHERE rowid = ?`)

    return {
      list: (filter, limit, after) =>
        read("list", () => {
          const { requestedTo = end } = filter
          const start = after && after.requestedAt < requestedTo ? after : { requestedAt: requestedTo, id: "" }
          return snapshot(views, () =>
            newestFirst(sourcesOf(generations().live, filter), start, limit).map(({ rowid }) =>
              rowOf(byRowid.get(rowid) as StoredRow)
            )
          )
        }),
      stats: (now, tenant) =>
        read("stats", () =>
          snapshot(views, () => {
            const { live } = generations()
            return stats(live, tenantsOf(live, tenant), now)
          })
        )
    }
  })
)
