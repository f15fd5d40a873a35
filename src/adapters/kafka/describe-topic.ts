import type { Admin, Kafka } from "kafkajs"
import { BrokerFailure, type Topic } from "../../application/ports/message-broker.ts"
import { topicConfig } from "./topic-config.ts"
import { within } from "./within.ts"

const longest = 30_000
const cleanupPolicy = "cleanup.policy"

/** Looks at a topic as it is now, on a connection of its own. */
export const describeTopic = async (kafka: Kafka, topic: string): Promise<Topic> => {
  const admin = kafka.admin()
  try {
    return await within(longest, look(admin, topic))
  } finally {
    await within(2000, admin.disconnect()).catch(() => {})
  }
}

const look = async (admin: Admin, topic: string): Promise<Topic> => {
  await admin.connect()
  const { clusterId } = await admin.describeCluster()
  const offsets = await admin.fetchTopicOffsets(topic)
  const config = await topicConfig(admin, topic, [cleanupPolicy])
  // Who may only write would not learn that his records are deleted.
  if (!config) throw new BrokerFailure({ kind: "not_authorised", code: "describe_configs_denied" })
  const policy = config.get(cleanupPolicy)
  const nextOffsets = offsets.toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high))
  const isWhole = nextOffsets.length > 0 && nextOffsets.every((next) => Number.isSafeInteger(next) && next >= 0)
  if (policy === undefined || !isWhole) throw new BrokerFailure({ kind: "refused", code: "odd_description" })
  return { clusterId, cleanupPolicy: policy, nextOffsets }
}
