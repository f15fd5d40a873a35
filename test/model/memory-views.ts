import { Effect } from "effect"
import type { Message } from "../../src/application/ports/message.ts"
import {
  type Backlog,
  type Blocked,
  type Due,
  type KnownEvent,
  mostCounted,
  type Restore,
  type Row,
  type SavedPage,
  type Views,
  ViewsMoved,
  ViewsUnavailable
} from "../../src/application/ports/views.ts"
import type { Line } from "./line.ts"

/** Rows and messages that outlive the processes that use them. */
export class MemoryRows {
  position = 0
  epoch = 0
  lastEvent: KnownEvent | undefined
  readonly rows = new Map<string, Row & { readonly tries: number; readonly plannedAt: number }>()

  messages: Array<Message> = []
  restores: Array<Restore> = []
  blocked: Blocked | undefined

  /** Whether they were where the page follows on; nothing is saved otherwise. */
  save({ after, position, epoch, rows, messages, restores = [], last, blocked }: SavedPage): boolean {
    if (after !== this.position) return false
    for (const row of rows) {
      const reconciledIn = Math.max(row.reconciledIn, this.rows.get(row.id)?.reconciledIn ?? 0)
      this.rows.set(row.id, { ...row, reconciledIn, tries: 0, plannedAt: row.state.updatedAt })
    }
    this.position = position
    this.epoch = epoch
    this.messages.push(...messages)
    this.restores.push(...restores)
    this.blocked ??= blocked
    if (last) this.lastEvent = { stream: last.stream, revision: last.revision, hash: last.hash }
    return true
  }

  reset(): void {
    this.rows.clear()
    this.position = 0
    this.epoch = 0
    this.lastEvent = undefined
    this.messages = []
    this.restores = []
    this.blocked = undefined
  }

  reconciled(id: string, epoch: number): void {
    const row = this.rows.get(id)
    if (row) this.rows.set(id, { ...row, reconciledIn: Math.max(row.reconciledIn, epoch) })
  }

  due(now: number, limit: number): ReadonlyArray<Due> {
    const due: Array<Due> = []
    for (const { id, revision, dueAt, tries, reconciledIn } of this.rows.values())
      if (dueAt !== undefined && dueAt <= now) due.push({ id, revision, dueAt, tries, reconciledIn })
    due.sort((one, other) => one.dueAt - other.dueAt)
    if (due.length <= limit) return due
    const last = limit >> 1
    return [...due.slice(0, limit - last), ...due.slice(due.length - last)]
  }

  backlog(now: number, late: number): Backlog {
    const due = this.due(now, mostCounted)
    const oldest = due[0]?.dueAt
    return {
      due: due.length,
      overdue: due.filter(({ dueAt }) => dueAt <= late).length,
      ...(oldest === undefined ? {} : { oldest })
    }
  }

  postpone(id: string, revision: number, dueAt: number, tries: number, plannedAt: number): void {
    const row = this.rows.get(id)
    if (row?.revision === revision) this.rows.set(id, { ...row, dueAt, tries, plannedAt })
  }

  bringForward(now: number): void {
    for (const [id, row] of this.rows) {
      const { dueAt, plannedAt } = row
      if (dueAt !== undefined && dueAt > now && plannedAt > now)
        this.rows.set(id, { ...row, dueAt: dueAt - (plannedAt - now), plannedAt: now })
    }
  }

  idOf(submissionId: string): string | undefined {
    for (const row of this.rows.values()) if (row.submissionId === submissionId) return row.id
    return undefined
  }
}

/** The views of one process. */
export const memoryViews = (kept: MemoryRows, line: Line): Views["Service"] => {
  const read = <A>(operation: string, work: () => A) =>
    line.call(() => {
      const fault = line.faultOf("views")
      // A write that is told to have failed may have happened.
      if (fault === "lost_after") work()
      return fault ? Effect.fail(new ViewsUnavailable({ operation, code: "SQLITE_IOERR" })) : Effect.sync(work)
    })
  return {
    position: read("position", () => kept.position),
    epoch: read("epoch", () => kept.epoch),
    lastEvent: read("lastEvent", () => kept.lastEvent),
    reset: read("reset", () => kept.reset()),
    rows: (ids) =>
      read("rows", () => {
        const found = ids.flatMap((id) => kept.rows.get(id) ?? [])
        return new Map(found.map(({ tries, plannedAt, ...row }) => [row.id, row]))
      }),
    save: (page) =>
      Effect.flatMap(
        read("save", () => kept.save(page)),
        (isSaved) => (isSaved ? Effect.void : Effect.fail(new ViewsMoved({})))
      ),
    reconciled: (id, epoch) => read("reconciled", () => kept.reconciled(id, epoch)),
    due: (now, limit) => read("due", () => kept.due(now, limit)),
    backlog: (now, late) => read("backlog", () => kept.backlog(now, late)),
    postpone: (id, revision, dueAt, tries) =>
      read("postpone", () => kept.postpone(id, revision, dueAt, tries, Date.now())),
    bringForward: (now) => read("bringForward", () => kept.bringForward(now)),
    idOfSubmission: (submissionId) => read("idOfSubmission", () => kept.idOf(submissionId))
  }
}
