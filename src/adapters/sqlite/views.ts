import { Clock, Effect, Layer } from "effect"
import {
  type Backlog,
  type Due,
  type KnownEvent,
  mostCounted,
  type Row,
  Views,
  ViewsUnavailable
} from "../../application/ports/views.ts"
import type { Step } from "./jobs.ts"
import { codeOf } from "./sqlite-code.ts"
import { SqliteDatabase } from "./sqlite-database.ts"

type Stored = {
  readonly id: string
  readonly revision: number
  readonly state: string
  readonly due_at: number | null
  readonly submission_id: string | null
  readonly reconciled_in: number
}

export const sqliteViewsLayer: Layer.Layer<Views, never, SqliteDatabase> = Layer.effect(
  Views,
  Effect.map(SqliteDatabase, ({ views, writer }) => {
    const reached = views.prepare("SELECT position, epoch FROM position")
    const last = views.prepare("SELECT stream, revision, hash FROM position WHERE hash IS NOT NULL")
    const byIds = views.prepare(
      `SELECT id, revision, state, due_at, submission_id, reconciled_in FROM registrations
       WHERE id IN (SELECT value FROM json_each(?))`
    )
    const due = views.prepare(
      `SELECT id, revision, due_at AS dueAt, tries, reconciled_in AS reconciledIn FROM registrations
       WHERE due_at <= ? ORDER BY due_at LIMIT ?`
    )
    // Of the index alone, and no more of it than is counted.
    const backlog = views.prepare(
      `SELECT count(*) AS due, ifnull(sum(due_at <= ?2), 0) AS overdue, min(due_at) AS oldest
       FROM (SELECT due_at FROM registrations WHERE due_at <= ?1 ORDER BY due_at LIMIT ${mostCounted})`
    )
    const bySubmission = views.prepare("SELECT id FROM registrations WHERE submission_id = ?")

    const read = <A>(operation: string, work: () => A) =>
      Effect.try({ try: work, catch: (error) => new ViewsUnavailable({ operation, code: codeOf(error) }) })
    const write = (operation: string, steps: () => ReadonlyArray<Step>) =>
      Effect.suspend(() => writer.run(["views", steps()])).pipe(
        Effect.mapError(({ code }) => new ViewsUnavailable({ operation, code })),
        Effect.asVoid
      )

    return {
      position: read("position", () => (reached.get() as { position: number }).position),
      epoch: read("epoch", () => (reached.get() as { epoch: number }).epoch),
      lastEvent: read("lastEvent", () => {
        const found = last.get()
        return found && ({ ...found } as KnownEvent)
      }),
      reset: write("reset", () => [["deleteRows"], ["resetPosition"]]),
      rows: (ids) =>
        read("rows", () => {
          const found = byIds.all(JSON.stringify(ids)) as unknown as ReadonlyArray<Stored>
          return new Map(found.map((stored) => [stored.id, rowOf(stored)]))
        }),
      save: (rows, position, epoch, last) =>
        write("save", () => [...rows.map(saveRow), savePosition(position, epoch, last)]),
      reconciled: (id, epoch) => write("reconciled", () => [["reconciled", id, epoch]]),
      due: (now, limit) => read("due", () => due.all(now, limit).map((row) => ({ ...row }) as Due)),
      backlog: (now, late) =>
        read("backlog", () => {
          const { oldest, ...counts } = backlog.get(now, late) as {
            due: number
            overdue: number
            oldest: number | null
          }
          return { ...counts, ...(oldest === null ? {} : { oldest }) } satisfies Backlog
        }),
      postpone: (id, revision, dueAt, tries) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          write("postpone", () => [["postpone", id, revision, dueAt, tries, now]])
        ),
      bringForward: (now) => write("bringForward", () => [["bringForward", now]]),
      idOfSubmission: (submissionId) =>
        read("idOfSubmission", () => (bySubmission.get(submissionId) as { id: string } | undefined)?.id)
    }
  })
)

const savePosition = (position: number, epoch: number, last: KnownEvent | undefined): Step => [
  "savePosition",
  position,
  epoch,
  last?.stream ?? null,
  last?.revision ?? null,
  last?.hash ?? null
]

const saveRow = ({ id, revision, state, dueAt, submissionId, reconciledIn }: Row): Step => [
  "saveRow",
  id,
  revision,
  JSON.stringify(state),
  dueAt ?? null,
  state.updatedAt,
  submissionId ?? null,
  reconciledIn
]

const rowOf = ({ id, revision, state, due_at, submission_id, reconciled_in }: Stored): Row => ({
  id,
  revision,
  state: JSON.parse(state),
  reconciledIn: reconciled_in,
  ...(due_at === null ? {} : { dueAt: due_at }),
  ...(submission_id === null ? {} : { submissionId: submission_id })
})
