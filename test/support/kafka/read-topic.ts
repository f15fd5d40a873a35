import { randomUUID } from "node:crypto"
import { patience } from "../eventually.ts"
import { kafkaOf } from "./client.ts"
import { endsOf } from "./topic.ts"

export type TopicRecord = {
  readonly partition: number
  readonly offset: number
  readonly key: string | undefined
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a header holds; the same name twice is one text with both. */
const textOf = (value: unknown): string => (Array.isArray(value) ? value.map(String).join() : String(value ?? ""))

/** All records of a topic up to its end as it is now: by partition, in their order there. */
export const readTopic = async (brokers: ReadonlyArray<string>, topic: string): Promise<ReadonlyArray<TopicRecord>> => {
  const offsets = await endsOf(brokers, topic)
  const missing = new Map(
    offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, Number(high)])
  )
  if (missing.size === 0) return []
  // A consumer that has to join its group again begins at the beginning.
  const records = new Map<string, TopicRecord>()
  const consumer = kafkaOf(brokers).consumer({
    groupId: `g-${randomUUID()}`,
    maxWaitTimeInMs: 100,
    readUncommitted: true,
    // Its coordinator may have moved or begun just now.
    retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 500 }
  })
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${topic}: not read to its end: ${[...missing]}`)), patience)
      const running = consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch: { partition, messages } }) => {
          for (const { offset, key, value, headers = {} } of messages)
            records.set(`${partition} ${offset}`, {
              partition,
              offset: Number(offset),
              key: key?.toString(),
              value: value?.toString() ?? "",
              headers: Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, textOf(one)]))
            })
          const last = Number(messages.at(-1)?.offset)
          if (last + 1 >= (missing.get(partition) ?? Number.POSITIVE_INFINITY)) missing.delete(partition)
          if (missing.size > 0) return
          clearTimeout(late)
          resolve()
        }
      })
      running.catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
  return [...records.values()].toSorted((one, other) => one.partition - other.partition || one.offset - other.offset)
}
