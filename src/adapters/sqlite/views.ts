import { Clock, Effect, Layer } from "effect"
import {
  type Backlog,
  type Due,
  type KnownEvent,
  mostCounted,
  type SavedPage,
  Views,
  ViewsMoved
} from "../../application/ports/views.ts"
import { projectionVersion } from "../../application/projecting/projection-version.ts"
import { makeGenerations, ofGeneration } from "./generations.ts"
import { guarded, type Step } from "./jobs.ts"
import { SqliteDatabase } from "./sqlite-database.ts"
import { rowColumns, rowOf, type StoredRow, saveRow } from "./view-rows.ts"
import { readViews as read, writeViews } from "./views-access.ts"

export const sqliteViewsLayer: Layer.Layer<Views, never, SqliteDatabase> = Layer.effect(
  Views,
  Effect.map(SqliteDatabase, (database) => makeViews(database))
)

/** The live rows, or those of the generation `beside` them. */
export const makeViews = (
  { views, writer }: Pick<SqliteDatabase["Service"], "views" | "writer">,
  beside?: number
): Views["Service"] => {
  const generations = makeGenerations(views)
  const isLive = beside === undefined
  /** Where pages are saved: whoever follows the live rows has to learn that others took their place, although positions agree. */
  let followed = beside ?? generations().live
  const one = () => (isLive ? null : followed)

  const reached = views.prepare(`SELECT position, epoch FROM generations WHERE ${ofGeneration}`)
  const last = views.prepare(
    `SELECT stream, revision, hash FROM generations WHERE ${ofGeneration} AND hash IS NOT NULL`
  )
  const byIds = views.prepare(
    `SELECT ${rowColumns} FROM registrations WHERE ${ofGeneration} AND id IN (SELECT value FROM json_each(?2))`
  )
  const due = views.prepare(
    `SELECT id, revision, due_at AS dueAt, tries, reconciled_in AS reconciledIn FROM registrations INDEXED BY due
     WHERE ${ofGeneration} AND due_at <= ?2 ORDER BY due_at LIMIT ?3`
  )
  const dueLast = views.prepare(
    `SELECT id, revision, due_at AS dueAt, tries, reconciled_in AS reconciledIn FROM registrations INDEXED BY due
     WHERE ${ofGeneration} AND due_at <= ?2 ORDER BY due_at DESC LIMIT ?3`
  )
  // Of the index alone, and no more of it than is counted.
  const backlog = views.prepare(
    `SELECT count(*) AS due, ifnull(sum(due_at <= ?3), 0) AS overdue, min(due_at) AS oldest
     FROM (SELECT due_at FROM registrations INDEXED BY due WHERE ${ofGeneration} AND due_at <= ?2
       ORDER BY due_at LIMIT ${mostCounted})`
  )
  const bySubmission = views.prepare(
    `SELECT id FROM registrations INDEXED BY submission WHERE ${ofGeneration} AND submission_id = ?2`
  )
  const write = (operation: string, steps: () => ReadonlyArray<Step>) => writeViews(writer, operation, steps)

  return {
    position: read("position", () => (reached.get(one()) as { position: number }).position),
    epoch: read("epoch", () => (reached.get(one()) as { epoch: number }).epoch),
    lastEvent: read("lastEvent", () => {
      const found = last.get(one())
      return found && ({ ...found } as KnownEvent)
    }),
    // A new generation takes their place, for to remove rows one by one takes long.
    reset: write("reset", () => [["addGeneration", projectionVersion], ...(isLive ? [["goLive"] as const] : [])]).pipe(
      Effect.andThen(
        read("reset", () => {
          followed = generations()[isLive ? "live" : "newest"]
        })
      )
    ),
    rows: (ids) =>
      read("rows", () => {
        const found = byIds.all(one(), JSON.stringify(ids)) as unknown as ReadonlyArray<StoredRow>
        return new Map(found.map((stored) => [stored.id, rowOf(stored)]))
      }),
    save: (page) =>
      write("save", () => stepsOf(page, followed, isLive)).pipe(
        Effect.flatMap((outcome) =>
          outcome !== guarded
            ? Effect.void
            : read("save", () => {
                if (isLive) followed = generations().live
              }).pipe(Effect.andThen(Effect.fail(new ViewsMoved({}))))
        )
      ),
    reconciled: (id, epoch) => Effect.asVoid(write("reconciled", () => [["reconciled", one(), id, epoch]])),
    due: (now, limit) =>
      read("due", () => {
        const first = due.all(one(), now, limit) as unknown as ReadonlyArray<Due>
        const last = first.length < limit ? [] : dueLast.all(one(), now, limit >> 1)
        return firstAndLast(first, last as unknown as ReadonlyArray<Due>, limit)
      }),
    backlog: (now, late) =>
      read("backlog", () => {
        const { oldest, ...counts } = backlog.get(one(), now, late) as {
          due: number
          overdue: number
          oldest: number | null
        }
        return { ...counts, ...(oldest === null ? {} : { oldest }) } satisfies Backlog
      }),
    postpone: (id, revision, dueAt, tries) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.asVoid(write("postpone", () => [["postpone", one(), id, revision, dueAt, tries, now]]))
      ),
    bringForward: (now) => Effect.asVoid(write("bringForward", () => [["bringForward", one(), now]])),
    idOfSubmission: (submissionId) =>
      read("idOfSubmission", () => (bySubmission.get(one(), submissionId) as { id: string } | undefined)?.id)
  }
}

/** So many of both, in order and each once; `last`: the last ones first. */
const firstAndLast = (first: ReadonlyArray<Due>, last: ReadonlyArray<Due>, limit: number): ReadonlyArray<Due> => {
  const found = new Map(
    [...first.slice(0, limit - last.length), ...last.toReversed()].map((row) => [row.id, { ...row }])
  )
  return [...found.values()]
}

/** What a page writes; the guard first. */
const stepsOf = (page: SavedPage, generation: number, isLive: boolean): ReadonlyArray<Step> => [
  [
    "savePosition",
    generation,
    Number(isLive),
    page.after,
    page.position,
    page.epoch,
    page.last?.stream ?? null,
    page.last?.revision ?? null,
    page.last?.hash ?? null,
    projectionVersion,
    page.blocked?.position ?? null,
    page.blocked?.stream ?? null,
    page.blocked?.revision ?? null,
    page.eraseAfter ?? null
  ],
  ...page.rows.map((row) => saveRow(generation, row)),
  ...(isLive ? [] : [["takeUnlogged", generation, JSON.stringify(page.rows.map(({ id }) => id))] as const]),
  ...page.messages.map(
    ({ position, tenant, registrationId, json }): Step => [
      "saveMessage",
      generation,
      position,
      tenant,
      registrationId,
      json
    ]
  ),
  ...(page.restores ?? []).map(({ position, epoch }): Step => ["saveRestore", generation, position, epoch])
]
