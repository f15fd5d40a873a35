import { Context, type Effect, Schema } from "effect"
import type { FeedCursor } from "../messages/feed-cursor.ts"
import type { Position } from "./event-store.ts"

/** What is known of the topic from what it acknowledged. */
export type KnownTopic = {
  readonly clusterId: string
  /** The last acknowledged offset of each partition, −1 where there is none. */
  readonly offsets: ReadonlyArray<number>
}
/** Everything up to this place of the messages was acknowledged by the topic. */
export type Checkpoint = FeedCursor & {
  /** How often an operator moved it. */
  readonly term: number
  /** Absent: the topic is to be taken as it is. */
  readonly known?: KnownTopic
}

export class CheckpointUnavailable extends Schema.TaggedError<CheckpointUnavailable>()("CheckpointUnavailable", {
  operation: Schema.String,
  /** A word for logs: an error code, never a message. */
  code: Schema.String
}) {
  override get message(): string {
    return `The publisher's checkpoint cannot be used (${this.operation}, ${this.code}).`
  }
}

/** Kept where nothing that is derived from the log is deleted: its loss repeats every message. */
export class PublisherCheckpoint extends Context.Service<
  PublisherCheckpoint,
  {
    /** Up to where any topic acknowledged something in an epoch of a log; 0 where none did. */
    readonly furthest: (log: Pick<FeedCursor, "logId" | "epoch">) => Effect.Effect<Position, CheckpointUnavailable>
    readonly load: (topic: string) => Effect.Effect<Checkpoint | undefined, CheckpointUnavailable>
    /**
     * Answers whether it was saved. Not if it was moved since (another term), nor if the stored one is further: a later epoch of the log, or a
     * later position of the same. Then load it, and go on from there.
     */
    readonly save: (topic: string, checkpoint: Checkpoint) => Effect.Effect<boolean, CheckpointUnavailable>
    /** As an operator says, also back: a new term begins, in which the topic is taken as it is. */
    readonly move: (topic: string, to: FeedCursor) => Effect.Effect<void, CheckpointUnavailable>
  }
>()("certreg/application/ports/PublisherCheckpoint") {}
