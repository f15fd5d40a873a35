import type { Kafka, Producer, RecordMetadata } from "kafkajs"
import { BrokerFailure, type BrokerRecord } from "../../application/ports/message-broker.ts"
import { failureOf, isHarmless } from "./failure.ts"
import { within } from "./within.ts"

/** Longer than a frozen broker takes with the partitions that wait for each other. */
const longestSend = 60_000
const longestEnd = 2000

type Records = ReadonlyArray<BrokerRecord>

/** A producer for as long as its sequence numbers are those of the broker. */
type Lease = {
  readonly producer: Producer
  readonly connected: Promise<void>
  /** What was sent without an answer, by partition: another batch could be taken for its repeat, and vanish. */
  readonly inDoubt: Map<number, Records>
  readonly underWay: Map<number, Promise<unknown>>
  isRetired: boolean
}

/**
 * Sends through one producer after the other. A lease ends with an error after which the client's sequence numbers cannot be trusted, and
 * where a partition would get another batch than the one in doubt, or a second one beside it.
 */
export class Producers {
  readonly #makeClient: () => Kafka
  readonly #topic: string
  readonly #live = new Set<Lease>()
  #current: Lease | undefined
  #isClosed = false

  constructor(makeClient: () => Kafka, topic: string) {
    this.#makeClient = makeClient
    this.#topic = topic
  }

  async send(partition: number, records: Records): Promise<number> {
    const lease = this.#leaseFor(partition, records)
    const sent = this.#sendWith(lease, partition, records)
    // From now on, not only when it is connected.
    lease.underWay.set(partition, sent)
    try {
      return await sent
    } finally {
      lease.underWay.delete(partition)
    }
  }

  async #sendWith(lease: Lease, partition: number, records: Records): Promise<number> {
    try {
      await within(longestSend, lease.connected)
    } catch (error) {
      // Connected in part it would send without sequence numbers.
      this.#retire(lease)
      throw failureOf(error)
    }
    try {
      const answers = await within(longestSend, this.#produce(lease.producer, partition, records))
      const offset = offsetIn(answers, this.#topic, partition)
      lease.inDoubt.delete(partition)
      return offset
    } catch (error) {
      const failure = failureOf(error)
      if (!isHarmless(error)) this.#retire(lease)
      else if (failure.kind !== "too_large") lease.inDoubt.set(partition, records)
      throw failure
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await within(longestEnd, Promise.all([...this.#live].map(({ producer }) => producer.disconnect()))).catch(() => {})
  }

  #leaseFor(partition: number, records: Records): Lease {
    if (this.#isClosed) throw new BrokerFailure({ kind: "unreachable", code: "closing" })
    if (this.#current) {
      const { inDoubt, underWay } = this.#current
      const first = inDoubt.get(partition) ?? records
      if (first !== records || underWay.has(partition)) this.#retire(this.#current)
    }
    this.#current ??= this.#begin()
    return this.#current
  }

  #begin(): Lease {
    const producer = this.#makeClient().producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Every message names its partition.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0
    })
    const lease: Lease = {
      producer,
      connected: producer.connect(),
      inDoubt: new Map(),
      underWay: new Map(),
      isRetired: false
    }
    this.#live.add(lease)
    return lease
  }

  #produce(producer: Producer, partition: number, records: Records): Promise<RecordMetadata[]> {
    const messages = records.map(({ key, value, headers }) => ({ key, value, headers, partition }))
    // Less than the time-out of a request: a broker that waits for its replicas holds all that is sent to it.
    return producer.send({ topic: this.#topic, messages, acks: -1, timeout: 2000 })
  }

  #retire(lease: Lease): void {
    if (this.#current === lease) this.#current = undefined
    if (lease.isRetired) return
    lease.isRetired = true
    const disconnect = async () => {
      await within(longestSend, Promise.allSettled([lease.connected, ...lease.underWay.values()])).catch(() => {})
      await lease.producer.disconnect().catch(() => {})
      this.#live.delete(lease)
    }
    void disconnect()
  }
}

/** The client answers for all that it was asked, also for what it left out. */
const offsetIn = (answers: ReadonlyArray<RecordMetadata>, topic: string, partition: number): number => {
  const [answer] = answers
  const offset = Number(answer?.baseOffset)
  const isOurs = answers.length === 1 && answer?.topicName === topic && answer.partition === partition
  if (!isOurs || answer.errorCode !== 0 || !Number.isSafeInteger(offset) || offset < 0)
    throw new BrokerFailure({ kind: "refused", code: "odd_answer" })
  return offset
}
