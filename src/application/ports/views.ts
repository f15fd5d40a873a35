import { Context, type Effect, Schema } from "effect"
import type { Registration } from "../../domain/registration/registration.ts"
import type { Position } from "./event-store.ts"

/** A registration as the projection knows it. */
export type Row = {
  readonly id: string
  readonly revision: number
  readonly state: Registration
  /** Milliseconds since 1970 when its next step is due; absent when nothing is to be done. */
  readonly dueAt?: number
  /** The submission under which a callback finds it. */
  readonly submissionId?: string
}
export type Due = {
  readonly id: string
  readonly revision: number
  readonly dueAt: number
  /** How often this step was put off since the row was saved. */
  readonly tries: number
}

export class ViewsUnavailable extends Schema.TaggedError<ViewsUnavailable>()("ViewsUnavailable", {
  operation: Schema.String,
  code: Schema.String
}) {}

/** Rows derived from the log; they can be deleted and made again at any time. */
export class Views extends Context.Service<
  Views,
  {
    /** The position up to which the rows hold. */
    readonly position: Effect.Effect<Position, ViewsUnavailable>
    readonly rows: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Row>, ViewsUnavailable>
    /** Saves rows and position in one transaction. A row that is saved starts with no tries. */
    readonly save: (rows: ReadonlyArray<Row>, position: Position) => Effect.Effect<void, ViewsUnavailable>
    /** What is due, longest overdue first. */
    readonly due: (now: number, limit: number) => Effect.Effect<ReadonlyArray<Due>, ViewsUnavailable>
    /** Puts a step off, if the row still is at this revision. */
    readonly postpone: (
      id: string,
      revision: number,
      dueAt: number,
      tries: number
    ) => Effect.Effect<void, ViewsUnavailable>
    readonly idOfSubmission: (submissionId: string) => Effect.Effect<string | undefined, ViewsUnavailable>
  }
>()("certreg/application/ports/Views") {}
