import { setTimeout } from "node:timers/promises"
import type { Admin } from "kafkajs"
import type { Log } from "../../application/ports/log.ts"
import { failureOf } from "./failure.ts"
import { clientsOf } from "./kafka-client.ts"
import type { KafkaOptions } from "./kafka-options.ts"
import { configEntriesOf, differences, shapeOf, type TopicShape, wishedShape } from "./topic-shape.ts"
import type { TopicWishes } from "./topic-wishes.ts"
import { within } from "./within.ts"

export type Created =
  /** `brokers`: how many the cluster has. */
  | { readonly _tag: "Made"; readonly shape: TopicShape; readonly brokers: number }
  /** `found`: as it is, where this user may see it. */
  | { readonly _tag: "Exists"; readonly found: TopicShape | undefined; readonly wished: TopicShape }
  | { readonly _tag: "Impossible"; readonly why: string }

const longest = 20_000
/** A broker may stand still for a moment. */
const fewestTries = 3
/** Less than the time-out of a request. */
const brokerPatience = 2000

/** Makes the topic, unless it is there. Throws a `BrokerFailure`. */
export const createTopic = async (options: KafkaOptions, wishes: TopicWishes): Promise<Created> => {
  const makeClient = await clientsOf(options, silent)
  let admin: Admin | undefined
  const work = async () => {
    admin = await connected(Math.max(fewestTries, options.brokers.length), () => makeClient().admin())
    return await make(admin, options.topic, wishes)
  }
  try {
    return await within(longest, work())
  } catch (error) {
    throw failureOf(first(error))
  } finally {
    await within(1000, admin?.disconnect() ?? Promise.resolve()).catch(() => {})
  }
}

const nothing = () => {}
const silent: Log["Service"] = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** Each client begins with another broker. */
const connected = async (tries: number, makeAdmin: () => Admin): Promise<Admin> => {
  const admin = makeAdmin()
  try {
    await admin.connect()
    return admin
  } catch (error) {
    await admin.disconnect().catch(() => {})
    if (tries <= 1) throw error
    return await connected(tries - 1, makeAdmin)
  }
}

/** Of several topics each has an error of its own; there is one. */
const first = (error: unknown): unknown =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors) ? error.errors[0] : error

const make = async (admin: Admin, topic: string, wishes: TopicWishes): Promise<Created> => {
  const brokers = (await admin.describeCluster()).brokers.length
  const wished = wishedShape(wishes, brokers)
  const before = await shapeOf(admin, topic)
  if (before) return { _tag: "Exists", found: before, wished }
  const { partitions, replication, minInsync } = wished
  if (replication > brokers)
    return {
      _tag: "Impossible",
      why: `${replication} copies need ${replication} brokers, and the cluster has ${brokers}`
    }
  if (minInsync > replication)
    return { _tag: "Impossible", why: `${minInsync} of ${replication} copies in sync would never be reached` }
  const wish = {
    topic,
    numPartitions: partitions,
    replicationFactor: replication,
    configEntries: configEntriesOf(wished)
  }
  try {
    const isMade = await admin.createTopics({ topics: [wish], timeout: brokerPatience, waitForLeaders: false })
    const found = await shapeOf(admin, topic)
    // Ours all the same, if the client had to ask twice.
    if (!isMade && (!found || differences(found, wished).length > 0)) return { _tag: "Exists", found, wished }
    return { _tag: "Made", shape: { ...wished, ...found }, brokers }
  } catch (error) {
    // It may be made in spite of that: an answer is lost, or another broker does not know of it yet.
    const found = (await seen(admin, topic)) ?? (await setTimeout(1000).then(() => seen(admin, topic)))
    if (!found) throw error
    return { _tag: "Made", shape: { ...wished, ...found }, brokers }
  }
}

const seen = (admin: Admin, topic: string): Promise<TopicShape | undefined> =>
  shapeOf(admin, topic).catch(() => undefined)
