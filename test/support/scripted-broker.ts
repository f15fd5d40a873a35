import { Effect } from "effect"
import {
  BrokerFailure,
  type BrokerRecord,
  type FailureKind,
  type MessageBroker
} from "../../src/application/ports/message-broker.ts"

type Batch = ReadonlyArray<BrokerRecord>
/** `lost`: it is stored, and nobody learns of it; a kind of failure: it is rejected, and nothing of it is stored. */
export type Fate = "stored" | "lost" | FailureKind

export type Stored = { readonly key: string; readonly value: string; readonly cursor: string }

const storedOf = ({ key, value, headers }: BrokerRecord): Stored => ({
  key,
  value: value.toString(),
  cursor: headers["certreg-cursor"] ?? ""
})

let count = 0

/** A topic in memory, whose answers a test decides. Like the real one it stores a batch once that comes again as the next of its partition. */
export class ScriptedBroker {
  readonly topic = `topic-${++count}`
  partitions: Array<Array<Stored>>
  clusterId = "cluster-1"
  cleanupPolicy = "delete"
  /** Asked at each batch. */
  fate: (partition: number, batch: Batch) => Fate = () => "stored"
  /** Asked at each look at the topic. */
  look: () => FailureKind | undefined = () => undefined
  looks = 0
  /** All batches as they came. */
  readonly sent: Array<{ readonly partition: number; readonly batch: Batch }> = []
  /** How often two of one client were under way to one partition. */
  overlaps = 0
  readonly #unanswered = new Map<Batch, { readonly partition: number; readonly offset: number }>()

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => [])
  }

  /** The topic is another one with the same name. */
  makeAnew(partitions: number): void {
    this.partitions = Array.from({ length: partitions }, () => [])
    this.#unanswered.clear()
  }

  all(): ReadonlyArray<Stored> {
    return this.partitions.flat()
  }

  /** `topic`: by which a client of its own keeps a checkpoint of its own. */
  client(topic: string): MessageBroker["Service"] {
    const underWay = new Set<number>()
    return {
      topic,
      partitionOf: (key, partitions) => [...key].reduce((sum, char) => sum + char.charCodeAt(0), 0) % partitions,
      describe: Effect.delay(
        Effect.suspend(() => this.#describe()),
        1
      ),
      send: (partition, batch) =>
        Effect.suspend(() => {
          if (underWay.has(partition)) this.overlaps++
          underWay.add(partition)
          return Effect.andThen(
            Effect.yieldNow,
            Effect.suspend(() => this.#answer(partition, batch))
          )
        }).pipe(Effect.ensuring(Effect.sync(() => underWay.delete(partition))))
    }
  }
  readonly service = this.client(this.topic)

  #describe() {
    this.looks++
    const kind = this.look()
    if (kind !== undefined) return Effect.fail(new BrokerFailure({ kind, code: kind }))
    const { clusterId, cleanupPolicy } = this
    return Effect.succeed({ clusterId, cleanupPolicy, nextOffsets: this.partitions.map((records) => records.length) })
  }

  #answer(partition: number, batch: Batch): Effect.Effect<number, BrokerFailure> {
    this.sent.push({ partition, batch })
    const fate = this.fate(partition, batch)
    const records = this.partitions[partition]
    if (records === undefined) return Effect.fail(new BrokerFailure({ kind: "topic_missing", code: "topic_missing" }))
    if (fate !== "stored" && fate !== "lost") return Effect.fail(new BrokerFailure({ kind: fate, code: fate }))
    const offset = this.#unanswered.get(batch)?.offset ?? records.length
    if (!this.#unanswered.has(batch)) records.push(...batch.map(storedOf))
    // Known as the last one of its partition alone.
    for (const [other, before] of this.#unanswered) if (before.partition === partition) this.#unanswered.delete(other)
    if (fate === "stored") return Effect.succeed(offset)
    this.#unanswered.set(batch, { partition, offset })
    return Effect.fail(new BrokerFailure({ kind: "unreachable", code: "unreachable" }))
  }
}
