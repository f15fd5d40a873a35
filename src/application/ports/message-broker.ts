import { Context, type Effect, Schema } from "effect"
import type { Words } from "./log.ts"

/** Why the broker did not take something. Each passes by itself or after an operator's work, but for a batch that is `too_large`. */
export const failureKinds = [
  /** It cannot be reached, does not answer in time, or has no leader for the partition just now. What was sent may be stored. */
  "unreachable",
  "topic_missing",
  /** Wrong credentials, or no right to do it. */
  "not_authorised",
  /** The batch or, where it is one, the record. Nothing of it is stored. */
  "too_large",
  /** Too few replicas are in sync. What was sent may be stored. */
  "read_only",
  /** Anything else. What was sent may be stored. */
  "refused"
] as const
export type FailureKind = (typeof failureKinds)[number]

export class BrokerFailure extends Schema.TaggedError<BrokerFailure>()("BrokerFailure", {
  kind: Schema.Literals(failureKinds),
  /** A word for logs: an error code, never a message. */
  code: Schema.String,
  /** What somebody may have to do. */
  advice: Schema.optionalKey(Schema.declare((text): text is Words => typeof text === "string"))
}) {
  override get message(): string {
    return `The message broker did not do it (${this.kind}, ${this.code}).`
  }
}

/** A record of the topic; it goes to the partition of its key. */
export type BrokerRecord = {
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** The topic as it is now. */
export type Topic = {
  readonly clusterId: string
  /** As the broker spells it: `delete`, `compact`, or both with a comma. */
  readonly cleanupPolicy: string
  /** The offset that the next record of each partition gets. */
  readonly nextOffsets: ReadonlyArray<number>
}

/** The topic to which messages are published, in a broker that others run. */
export class MessageBroker extends Context.Service<
  MessageBroker,
  {
    /** Its name. */
    readonly topic: string
    /** Looks at it now. */
    readonly describe: Effect.Effect<Topic, BrokerFailure>
    /** Where records with this key belong, in a topic of so many partitions: the same for every client of the broker. */
    readonly partitionOf: (key: string, partitions: number) => number
    /**
     * Appends records to a partition, at least once, and answers the offset of the first; durable in all replicas then. One at a time for each
     * partition. After a failure that may have stored them, the same array comes first: that is stored once. With another one they may be
     * there twice.
     */
    readonly send: (partition: number, records: ReadonlyArray<BrokerRecord>) => Effect.Effect<number, BrokerFailure>
  }
>()("certreg/application/ports/MessageBroker") {}
