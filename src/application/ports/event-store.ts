import { Context, type Effect, Schema } from "effect"

export type ActorKind = "client" | "process" | "platform" | "operator"
export type Actor = { readonly kind: ActorKind; readonly id: string }

/** An event as it is kept, in the shape that its hash covers (contract/service-api §2, history). */
export type StoredEvent = {
  readonly stream: string
  /** Place in its stream, from 0. */
  readonly revision: number
  /** UUIDv7. */
  readonly id: string
  readonly type: string
  readonly version: number
  /** RFC 3339, UTC, milliseconds; never before its predecessor's. */
  readonly recordedAt: string
  readonly actor: Actor
  readonly correlationId: string
  readonly causationId?: string
  readonly data: { readonly [key: string]: unknown }
  /** Hex SHA-256 of the predecessor in the stream; 64 zeros for the first. */
  readonly previousHash: string
  readonly hash: string
}

/** An event ready to be appended; `bytes` is the RFC 8785 form of everything but its hash: adapters store it and compute nothing. */
export type NewEvent = StoredEvent & { readonly bytes: string }

/** A place in the global order; grows, with gaps. 0 is before the first event. */
export type Position = number
export type RecordedEvent = StoredEvent & { readonly position: Position }

/** An event as it lies there, for who checks the history and believes nothing of it. */
export type RawEvent = {
  readonly position: Position
  /** The stream and the place in it where the event lies, whatever its bytes say. */
  readonly stream: string
  readonly revision: number
  readonly bytes: string
  readonly hash: string
  /** The hash that lies at the revision before; absent when there is no event. */
  readonly predecessor?: string
  /** Nobody of us wrote it: somebody else appended to a stream of ours, where the store lets him. */
  readonly isForeign?: true
}

/** What `read` found and `append` must still find. There is no "any". */
export type Tip =
  | { readonly _tag: "NoStream" }
  | {
      readonly _tag: "At"
      readonly revision: number
      readonly hash: string
      readonly id: string
      readonly recordedAt: string
    }
export const noStream: Tip = { _tag: "NoStream" }
export const tipOf = ({ revision, hash, id, recordedAt }: StoredEvent): Tip => ({
  _tag: "At",
  revision,
  hash,
  id,
  recordedAt
})

/** A stream as it lies there. */
export type StreamRead = {
  /** In order and without a gap; those before what is lost. */
  readonly events: ReadonlyArray<StoredEvent>
  /** Of the last of these events. */
  readonly tip: Tip
  /** The revision of the first event that should be there and is not: deleted, cut off or expired. Nothing may be built on such a stream. */
  readonly lost?: number
}

/** Events of the whole log that follow on a position. */
export type FeedPage = {
  readonly events: ReadonlyArray<RecordedEvent>
  /** The position to go on from: that of the last event, or beyond it where nothing but other people's events follows. */
  readonly upTo: Position
}

/** Bytes of one append at most; more is a bug. The largest event there is holds a request body, sealed. */
export const maxAppendBytes = 512 * 1024

/** Somebody else appended first: read again, decide again. */
export class RevisionConflict extends Schema.TaggedError<RevisionConflict>()("RevisionConflict", {
  stream: Schema.String
}) {}

/** The store did not answer as it should. `stored` says whether an append may have happened: `unknown` is repeated identically. */
export class EventStoreUnavailable extends Schema.TaggedError<EventStoreUnavailable>()("EventStoreUnavailable", {
  operation: Schema.Literals(["read", "append", "feed", "raw"]),
  stored: Schema.Literals(["no", "unknown"]),
  /** A word for logs: an error code, never a message. */
  code: Schema.String
}) {
  override get message(): string {
    return `The event store cannot be used (${this.operation}, ${this.code}).`
  }
}

/**
 * Streams of events, each in order, and all of them in one order. Streams only grow: nothing is changed or deleted. What was appended is
 * read by everybody from then on.
 */
export class EventStore extends Context.Service<
  EventStore,
  {
    /**
     * The events of a stream from a revision on (default 0), up to `most` of them (default all), and the tip of what was read. Empty when the
     * stream does not reach that far.
     */
    readonly read: (stream: string, from?: number, most?: number) => Effect.Effect<StreamRead, EventStoreUnavailable>
    /** The last event of a stream, as far as it can be seen; undefined when there is none. */
    readonly last: (stream: string) => Effect.Effect<StoredEvent | undefined, EventStoreUnavailable>
    /**
     * Appends all or none, durably when it returns, if the stream still ends at `tip`. The same event ids at the same revisions succeed
     * again and write nothing.
     */
    readonly append: (
      stream: string,
      tip: Tip,
      events: ReadonlyArray<NewEvent>
    ) => Effect.Effect<void, RevisionConflict | EventStoreUnavailable>
    /**
     * Up to `limit` events after a position, in the one global order, without gaps; fewer where they are large. At the end of the log, and
     * there alone, the page leads no further than it was asked for.
     */
    readonly feed: (after: Position, limit: number) => Effect.Effect<FeedPage, EventStoreUnavailable>
    /** Returns when a page after a position may lead further. */
    readonly waitBeyond: (after: Position) => Effect.Effect<void>
    /** Up to `limit` events as they lie there, in the global order; fewer where they are large, none at the end alone. */
    readonly raw: (after: Position, limit: number) => Effect.Effect<ReadonlyArray<RawEvent>, EventStoreUnavailable>
    /** Where an event stands in the global order; undefined when it cannot be seen, or the store does not tell. */
    readonly positionOf: (
      stream: string,
      revision: number
    ) => Effect.Effect<Position | undefined, EventStoreUnavailable>
    /** The position after which the last `count` events stand; 0 when there are no more of them. */
    readonly positionBefore: (count: number) => Effect.Effect<Position, EventStoreUnavailable>
    /** Fails while nothing can be appended: found out by a write that leaves nothing, and only after some write was refused. */
    readonly probe: Effect.Effect<void, EventStoreUnavailable>
  }
>()("certreg/application/ports/EventStore") {}
