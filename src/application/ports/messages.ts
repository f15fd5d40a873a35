import { Context, type Effect } from "effect"
import type { Position } from "./event-store.ts"
import type { Message } from "./message.ts"
import type { Blocked, ViewsUnavailable } from "./views.ts"

/** Up to where there are messages. */
export type MessagesEnd = {
  /** All messages up to there are made; 0 while they are not complete from the beginning on. */
  readonly position: Position
  /** Of the log at that position. */
  readonly epoch: number
  /** Nothing is read from here on. */
  readonly blocked?: Blocked
}

/** Up to where messages are given. */
export const reachOf = ({ position, blocked }: Pick<MessagesEnd, "position" | "blocked">): Position =>
  blocked ? Math.min(position, blocked.position - 1) : position

/** Messages, and up to where there were some when they were read. */
export type MessagesRead = { readonly messages: ReadonlyArray<Message>; readonly end: MessagesEnd }

/** The public messages in the order of the log. They end before the first event of which none can be made, since order is their promise. */
export class Messages extends Context.Service<
  Messages,
  {
    /** Up to `limit` messages after a position, of one tenant or of all; fewer where they are large, none at the end alone. */
    readonly read: (after: Position, limit: number, tenant?: string) => Effect.Effect<MessagesRead, ViewsUnavailable>
    readonly end: Effect.Effect<MessagesEnd, ViewsUnavailable>
    /** The position of the first `LogRestored` that begins a later epoch than this; undefined when there is none. */
    readonly restoredAfter: (epoch: number) => Effect.Effect<Position | undefined, ViewsUnavailable>
    /** How many messages follow on a position, counted up to `most`. */
    readonly count: (after: Position, most: number) => Effect.Effect<number, ViewsUnavailable>
  }
>()("certreg/application/ports/Messages") {}
