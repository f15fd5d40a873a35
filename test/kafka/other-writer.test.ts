import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { eventually } from "../support/eventually.ts"
import { adapterOn, recordsOf } from "../support/kafka/adapter.ts"
import { kafkaOf } from "../support/kafka/client.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { createTopic, newTopicName } from "../support/kafka/topic.ts"

/** The coordinator of transactions may be made by this one. */
const retry = { retries: 100, initialRetryTime: 100, maxRetryTime: 500 }

describe.skipIf(withoutBroker)("another writer's transaction", () => {
  it("does not hide what was acknowledged while it is open", async () => {
    const topic = await createTopic(brokersOfRun, { partitions: 1 })
    const other = kafkaOf(brokersOfRun).producer({
      transactionalId: newTopicName(),
      idempotent: true,
      maxInFlightRequests: 1,
      retry
    })
    await other.connect()
    const transaction = await other.transaction()
    await transaction.send({ topic, messages: [{ key: "other", value: "other" }] })
    const { sendOut, describe } = adapterOn(brokersOfRun, topic)
    await sendOut(0, recordsOf("ours", 3))
    const { nextOffsets } = await eventually("the topic", async () => {
      const described = await describe()
      return Result.isSuccess(described) && described.success
    })
    expect(nextOffsets[0]).toBeGreaterThanOrEqual(4)
    await transaction.abort()
    await other.disconnect()
  })
})
