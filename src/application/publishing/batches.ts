import { type FeedCursor, writeCursor } from "../messages/feed-cursor.ts"
import type { Message } from "../ports/message.ts"
import type { BrokerRecord } from "../ports/message-broker.ts"

/** What a batch holds at most, unless it is one record: half of what a broker takes by default. */
const maxBytes = 512 * 1024
/** More would cost the client more than they save: its work grows with their square. */
const maxRecords = 1000
/** Of a record but for key, value and cursor, rounded up. */
const overhead = 100

export type Batch = ReadonlyArray<BrokerRecord>

/** What is to be sent to one partition, in this order, one batch after the other. */
export type Lane = { readonly partition: number; readonly batches: Array<Batch> }

/** The record of a message: the bytes that the feed gives, and the place after which the feed goes on. */
const recordOf = ({ registrationId, json, position }: Message, log: Omit<FeedCursor, "position">): BrokerRecord => ({
  key: registrationId,
  value: Buffer.from(json),
  headers: {
    "content-type": "application/cloudevents+json",
    "certreg-cursor": writeCursor({ ...log, position })
  }
})

const sizeOf = ({ key, value, headers }: BrokerRecord): number =>
  overhead + key.length + value.length + (headers["certreg-cursor"]?.length ?? 0)

/** Lanes that are being filled: messages by the partition of their keys, each in the order of the log. */
export class OpenLanes {
  readonly #log: Omit<FeedCursor, "position">
  readonly #partitionOf: (key: string) => number
  readonly #lanes = new Map<number, { readonly batches: Array<Array<BrokerRecord>>; bytes: number }>()

  constructor(log: Omit<FeedCursor, "position">, partitionOf: (key: string) => number) {
    this.#log = log
    this.#partitionOf = partitionOf
  }

  /** Messages that follow on all those before. */
  add(messages: ReadonlyArray<Message>): void {
    for (const message of messages) {
      const record = recordOf(message, this.#log)
      const bytes = sizeOf(record)
      const partition = this.#partitionOf(record.key)
      const lane = this.#lanes.get(partition) ?? { batches: [[]], bytes: 0 }
      const last = lane.batches.at(-1) ?? []
      if (last.length > 0 && (lane.bytes + bytes > maxBytes || last.length >= maxRecords)) {
        lane.batches.push([record])
        lane.bytes = bytes
      } else {
        last.push(record)
        lane.bytes += bytes
      }
      this.#lanes.set(partition, lane)
    }
  }

  /** As far as they are filled, each with one batch at least. */
  lanes(): ReadonlyArray<Lane> {
    return [...this.#lanes].map(([partition, { batches }]) => ({ partition, batches }))
  }
}

/** Two batches for one that is too large, with the same records in the same order; undefined for a single record. */
export const halve = (batch: Batch): readonly [Batch, Batch] | undefined => {
  const middle = Math.ceil(batch.length / 2)
  return batch.length < 2 ? undefined : [batch.slice(0, middle), batch.slice(middle)]
}
