import type { Admin } from "kafkajs"
import { failureOf } from "./failure.ts"

/** Of KafkaJS's `ConfigResourceTypes`. */
const topicResource = 2

/** What is settled of a topic by configuration, by its name; undefined where this user may not read it (the right DESCRIBE_CONFIGS). */
export const topicConfig = async (
  admin: Admin,
  topic: string,
  configNames: Array<string>
): Promise<ReadonlyMap<string, string> | undefined> => {
  const resource = { type: topicResource, name: topic, configNames }
  try {
    const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false })
    return new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]))
  } catch (error) {
    if (failureOf(error).kind === "not_authorised") return undefined
    throw error
  }
}
