import type { Admin } from "kafkajs"
import { failureOf } from "./failure.ts"
import { topicConfig } from "./topic-config.ts"
import type { TopicWishes } from "./topic-wishes.ts"

/** What decides how long messages are kept, how safe they are, and in which order they come. */
export type TopicShape = {
  readonly partitions: number
  readonly replication: number
  /** As Kafka spells it; absent where it may not be read. */
  readonly policy?: string
  /** Milliseconds, −1 for ever. */
  readonly retention?: number
  readonly minInsync?: number
}

/** As much safety as the cluster can give, up to three copies of which one may be away. */
export const wishedShape = (wishes: TopicWishes, brokers: number): Required<TopicShape> => {
  const replication = wishes.replication ?? Math.min(3, brokers)
  return {
    partitions: wishes.partitions,
    replication,
    policy: "delete",
    retention: wishes.retention === "forever" ? -1 : wishes.retention,
    minInsync: wishes.minInsync ?? (replication >= 3 ? 2 : 1)
  }
}

/** What of it is settled by configuration, and how. */
export const configEntriesOf = ({ policy, retention, minInsync }: Required<TopicShape>) => [
  { name: "cleanup.policy", value: policy },
  { name: "retention.ms", value: String(retention) },
  { name: "min.insync.replicas", value: String(minInsync) }
]

const configOf = async (admin: Admin, topic: string): Promise<Partial<TopicShape>> => {
  const configNames = ["cleanup.policy", "retention.ms", "min.insync.replicas"]
  const config = await topicConfig(admin, topic, configNames)
  const [policy, retention, minInsync] = configNames.map((name) => config?.get(name))
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(retention === undefined ? {} : { retention: Number(retention) }),
    ...(minInsync === undefined ? {} : { minInsync: Number(minInsync) })
  }
}

/** The topic as it is; undefined when there is none, or none that this user may see. Of its configuration what may be read. */
export const shapeOf = async (admin: Admin, topic: string): Promise<TopicShape | undefined> => {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const partitions = topics[0]?.partitions ?? []
    const replication = Math.min(...partitions.map(({ replicas }) => replicas.length))
    return { partitions: partitions.length, replication, ...(await configOf(admin, topic)) }
  } catch (error) {
    const { code } = failureOf(error)
    if (code === "UNKNOWN_TOPIC_OR_PARTITION" || code === "TOPIC_AUTHORIZATION_FAILED") return undefined
    throw error
  }
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000]
] as const

/** As `--retention` takes it. */
const durationWords = (millis: number): string => {
  if (millis < 0) return "forever"
  const [unit, size] = units.find(([, size]) => millis > 0 && millis % size === 0) ?? ["millis", 1]
  const amount = millis / size
  return unit === "millis" || amount === 1 ? `${amount} ${unit}` : `${amount} ${unit}s`
}

const wordsOf = ({ partitions, replication, policy, retention, minInsync }: TopicShape) => [
  ["partitions", String(partitions)],
  ["replication", String(replication)],
  ["cleanup.policy", policy],
  ["retention", retention === undefined ? undefined : durationWords(retention)],
  ["min.insync.replicas", minInsync === undefined ? undefined : String(minInsync)]
]

/** Such as `partitions 6, replication 3`. */
export const shapeWords = (shape: TopicShape): string =>
  wordsOf(shape)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
    .join(", ")

/** Such as `partitions 3 instead of 6`; none where they are alike, as far as it is known. */
export const differences = (found: TopicShape, wished: TopicShape): ReadonlyArray<string> => {
  const other = wordsOf(wished)
  return wordsOf(found).flatMap(([name, value], i) => {
    const wish = other[i]?.[1]
    return value === undefined || value === wish ? [] : [`${name} ${value} instead of ${wish}`]
  })
}
