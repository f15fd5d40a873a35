import type { Admin, Kafka } from "kafkajs"
import { BrokerFailure, type Topic } from "../../application/ports/message-broker.ts"
import { failureOf } from "./failure.ts"
import { within } from "./within.ts"

const longest = 30_000
/** Of KafkaJS's `ConfigResourceTypes`. */
const topicResource = 2
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
  const policy = await policyOf(admin, topic)
  const nextOffsets = offsets.toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high))
  const isWhole = nextOffsets.length > 0 && nextOffsets.every((next) => Number.isSafeInteger(next) && next >= 0)
  if (policy === undefined || !isWhole) throw new BrokerFailure({ kind: "refused", code: "odd_description" })
  return { clusterId, cleanupPolicy: policy, nextOffsets }
}

/** Needs a right of its own, DESCRIBE_CONFIGS: who may only write would not learn that his records are deleted. */
const policyOf = async (admin: Admin, topic: string): Promise<string | undefined> => {
  const resource = { type: topicResource, name: topic, configNames: [cleanupPolicy] }
  try {
    const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false })
    return resources[0]?.configEntries.find(({ configName }) => configName === cleanupPolicy)?.configValue
  } catch (error) {
    if (failureOf(error).kind !== "not_authorised") throw error
    throw new BrokerFailure({ kind: "not_authorised", code: "describe_configs_denied" })
  }
}
