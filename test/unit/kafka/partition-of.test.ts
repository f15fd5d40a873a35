import { randomUUID } from "node:crypto"
import { Partitioners } from "kafkajs"
import { expect, it } from "vitest"
import { makePartitionOf } from "../../../src/adapters/kafka/partition-of.ts"

it("puts a key where the client does, also when it comes again, and when the topic has other partitions", async () => {
  const partitionOf = await makePartitionOf()
  const keys = Array.from({ length: 100 }, () => randomUUID())
  const ofClient = Partitioners.DefaultPartitioner()
  for (const partitions of [6, 1, 6, 12, 7, 6]) {
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionErrorCode: 0,
      partitionId,
      leader: 1,
      replicas: [1],
      isr: [1]
    }))
    for (const key of [...keys, ...keys])
      expect(partitionOf(key, partitions)).toBe(
        ofClient({ topic: "t", partitionMetadata, message: { key, value: null } })
      )
  }
})
