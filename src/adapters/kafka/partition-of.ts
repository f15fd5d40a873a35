import type { PartitionMetadata } from "kafkajs"
import { BoundedMap } from "../../application/bounded-map.ts"
import { loadKafkaJs } from "./kafka-client.ts"

/** Keys whose partition is remembered: the client takes microseconds for each, and a registration has some messages within a short time. */
const most = 10_000

/** Where Kafka's own clients put a key, in a topic of so many partitions. */
export const makePartitionOf = async (): Promise<(key: string, partitions: number) => number> => {
  const { Partitioners } = await loadKafkaJs()
  const partition = Partitioners.DefaultPartitioner()
  let partitionMetadata: PartitionMetadata[] = []
  let known = new BoundedMap<string, number>(most)
  return (key, partitions) => {
    if (partitions !== partitionMetadata.length) {
      partitionMetadata = new Array(partitions)
      known = new BoundedMap(most)
    }
    const before = known.get(key)
    if (before !== undefined) return before
    const found = partition({ topic: "", partitionMetadata, message: { value: null, key } })
    known.set(key, found)
    return found
  }
}
