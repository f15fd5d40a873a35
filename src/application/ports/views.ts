import { Context, type Effect, Schema } from "effect"
import type { Registration } from "../../domain/registration/registration.ts"
import type { Position, StoredEvent } from "./event-store.ts"
import type { Message } from "./message.ts"

/** A registration as the projection knows it. */
export type Row = {
  readonly id: string
  readonly revision: number
  readonly state: Registration
  /** Milliseconds since 1970 when its next step is due; absent when nothing is to be done. */
  readonly dueAt?: number
  /** The submission under which a callback finds it. */
  readonly submissionId?: string
  /** The epoch of the log in which it was reconciled with the platform last, or in which it began. */
  readonly reconciledIn: number
  readonly outcome?: Outcome
}
/** What was said last of how it came out, also after its end. */
export type Outcome = {
  readonly kind: "issued" | "rejected" | "failed"
  /** Milliseconds since 1970 when it was recorded. */
  readonly at: number
  /** Milliseconds from the confirmation on until the platform's verdict; absent where there was no such verdict. */
  readonly verdictAfter?: number
}
/** What is enough of an event to know it again. */
export type KnownEvent = Pick<StoredEvent, "stream" | "revision" | "hash">

/** What a page of the log came to; all of it is saved in one transaction. */
export type SavedPage = {
  /** Where the rows have to be before. */
  readonly after: Position
  readonly position: Position
  /** Of the log at that position. */
  readonly epoch: number
  readonly rows: ReadonlyArray<Row>
  /** In the order of their positions. */
  readonly messages: ReadonlyArray<Message>
  /** What the rows are made with (`Settings`). */
  readonly eraseAfter?: number
  /** The last event of the page; absent where there is none. */
  readonly last?: KnownEvent
  /** Where in the page the log says that it was put back. */
  readonly restores?: ReadonlyArray<Restore>
  /** The first event of the page of which no message can be made; where there is an earlier one, that stays. */
  readonly blocked?: Blocked
}
/** The position of a `LogRestored`, and the epoch that begins there. */
export type Restore = { readonly epoch: number; readonly position: Position }
/** An event of a registration that this version cannot read, or that does not follow on those before it: the messages end before it. */
export type Blocked = { readonly position: Position; readonly stream: string; readonly revision: number }

/** What is due at a time: how many, how many of them since long, and since when the first one, in milliseconds since 1970. */
export type Backlog = { readonly due: number; readonly overdue: number; readonly oldest?: number }
/** Beyond so many, due rows are not counted: who asks may not hold up those who work. */
export const mostCounted = 100_000

export type Due = {
  readonly id: string
  readonly revision: number
  readonly dueAt: number
  /** How often this step was put off since the row was saved. */
  readonly tries: number
  readonly reconciledIn: number
}

/** Rows could not be read or saved; a save or a postponement may have happened all the same. Worth another try. */
export class ViewsUnavailable extends Schema.TaggedError<ViewsUnavailable>()("ViewsUnavailable", {
  operation: Schema.String,
  /** A word for logs: an error code, never a message. */
  code: Schema.String
}) {
  override get message(): string {
    return `The rows cannot be used (${this.operation}, ${this.code}).`
  }
}

/** The rows are somewhere else than a page follows on: others saved, or the rows were replaced. Read where they are now, and go on there. */
export class ViewsMoved extends Schema.TaggedError<ViewsMoved>()("ViewsMoved", {}) {
  readonly code = "views_moved"
  override get message(): string {
    return "The rows are not where this page follows on."
  }
}

/** Rows derived from the log; they can be deleted and made again at any time. */
export class Views extends Context.Service<
  Views,
  {
    /** The position up to which the rows hold. */
    readonly position: Effect.Effect<Position, ViewsUnavailable>
    /** The epoch of the log at that position. */
    readonly epoch: Effect.Effect<number, ViewsUnavailable>
    /** The last event up to that position; undefined where there was none, or none since rows keep it. */
    readonly lastEvent: Effect.Effect<KnownEvent | undefined, ViewsUnavailable>
    /** No rows any more, as before the first event. */
    readonly reset: Effect.Effect<void, ViewsUnavailable>
    /** Rows by id; those that are not there are left out. */
    readonly rows: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Row>, ViewsUnavailable>
    /**
     * Saves a page in one transaction, or nothing. A row that is saved starts with no tries; `reconciledIn` never goes back. A message whose
     * position is there already stays as it is.
     */
    readonly save: (page: SavedPage) => Effect.Effect<void, ViewsUnavailable | ViewsMoved>
    /** It was reconciled with the platform in an epoch of the log. */
    readonly reconciled: (id: string, epoch: number) => Effect.Effect<void, ViewsUnavailable>
    /**
     * What is due, longest overdue first. Where there is more of it, half of `limit` is what became due last: however much waits, what has
     * just become due does not wait for all of it.
     */
    readonly due: (now: number, limit: number) => Effect.Effect<ReadonlyArray<Due>, ViewsUnavailable>
    /** Counts what is due by `now`, and what was due by `late` already: up to `mostCounted` of them, longest overdue first. */
    readonly backlog: (now: number, late: number) => Effect.Effect<Backlog, ViewsUnavailable>
    /** Puts a step off until `dueAt`, if the row still is at this revision. `tries` is kept with it, and says what `DueStep` says. */
    readonly postpone: (
      id: string,
      revision: number,
      dueAt: number,
      tries: number
    ) => Effect.Effect<void, ViewsUnavailable>
    /**
     * Of a step that is due later than `now`, as it was found out at a moment that is later than that too, the clock was ahead then: it is
     * due as long after `now` as it was after that moment.
     */
    readonly bringForward: (now: number) => Effect.Effect<void, ViewsUnavailable>
    /** The registration whose current submission this is; undefined when there is none, or not yet. */
    readonly idOfSubmission: (submissionId: string) => Effect.Effect<string | undefined, ViewsUnavailable>
  }
>()("certreg/application/ports/Views") {}
