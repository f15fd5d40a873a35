import { describe, expect, it, onTestFinished } from "vitest"
import { kafkaOf } from "../support/kafka/client.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { readTopic } from "../support/kafka/read-topic.ts"
import { createTopic } from "../support/kafka/topic.ts"

const messages = (count: number, text: string) =>
  Array.from({ length: count }, (_, n) => ({ key: `${n}`, value: `${text} ${n}`, headers: { number: `${n}` } }))

const producerAt = async (address: string) => {
  const producer = kafkaOf([address]).producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  return producer
}

describe.skipIf(withoutBroker)("the broker of the run", () => {
  it("gives back all that was sent to a topic, to the last byte, and no more", async () => {
    const topic = await createTopic(brokersOfRun, { partitions: 3 })
    expect(await readTopic(brokersOfRun, topic)).toEqual([])
    const producer = await producerAt(brokersOfRun[0] ?? "")
    await producer.send({ topic, messages: messages(100, "é") })
    const records = await readTopic(brokersOfRun, topic)
    expect(records.map(({ key, value, headers }) => [key, value, headers]).toSorted()).toEqual(
      messages(100, "é")
        .map(({ key, value, headers }) => [key, value, headers])
        .toSorted()
    )
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(3)
  })
})
