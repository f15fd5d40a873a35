import { randomUUID } from "node:crypto"
import { eventually } from "../eventually.ts"
import { asAdmin } from "./client.ts"

type TopicWishes = {
  readonly name?: string
  readonly partitions?: number
  readonly replicas?: number
  readonly config?: Readonly<Record<string, string>>
}

export const newTopicName = (): string => `t-${randomUUID()}`

/** Makes a topic that no other test uses; answers its name. */
export const createTopic = async (brokers: ReadonlyArray<string>, wishes: TopicWishes = {}): Promise<string> => {
  const { name = newTopicName(), partitions = 6, replicas = 1, config = {} } = wishes
  const configEntries = Object.entries({ "retention.ms": "-1", ...config }).map(([key, value]) => ({
    name: key,
    value
  }))
  const topic = { topic: name, numPartitions: partitions, replicationFactor: replicas, configEntries }
  // Waiting for leaders, the client fails where a broker does not know the topic yet.
  await asAdmin(brokers, (admin) => admin.createTopics({ topics: [topic], waitForLeaders: false }))
  await endsOf(brokers, name, partitions)
  return name
}

/** Where each partition ends. Waits for their leaders: one that is named may not know of it yet. */
export const endsOf = (brokers: ReadonlyArray<string>, topic: string, partitions = 1) =>
  eventually(`the leaders of ${topic}`, async () => {
    const ends = await asAdmin(brokers, (admin) => admin.fetchTopicOffsets(topic)).catch(() => [])
    return ends.length >= partitions && ends
  })

export const deleteTopic = (brokers: ReadonlyArray<string>, topic: string): Promise<void> =>
  asAdmin(brokers, (admin) => admin.deleteTopics({ topics: [topic] }))

/** So many partitions from now on. */
export const addPartitions = (brokers: ReadonlyArray<string>, topic: string, count: number): Promise<boolean> =>
  asAdmin(brokers, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count }] }))

const topicResource = 2

export const configureTopic = (
  brokers: ReadonlyArray<string>,
  topic: string,
  config: Readonly<Record<string, string>>
): Promise<unknown> =>
  asAdmin(brokers, (admin) => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    return admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: topicResource, name: topic, configEntries }]
    })
  })
