import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Api, isEnd, usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { exampleOf } from "../support/example.ts"
import { asAdmin, kafkaOf } from "../support/kafka/client.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { readTopic } from "../support/kafka/read-topic.ts"
import { createTopic } from "../support/kafka/topic.ts"
import { type FeedItem, keptOf, untilTold } from "../support/read-whole-feed.ts"
import { type ServiceProcess, startService } from "../support/service.ts"

describe.skipIf(withoutBroker)("the consumer of the topic", () => {
  const userWith = usersOf("kafka-example")
  let service: ServiceProcess
  let reader: Api
  let topic: string
  const consumer = exampleOf("kafka-consumer.ts")
  beforeAll(async () => {
    topic = await createTopic(brokersOfRun, { partitions: 3 })
    service = await startService({ env: { KAFKA_BROKERS: brokersOfRun.join(), KAFKA_TOPIC: topic } })
    reader = await service.client("reader", { scopes: "events:read", tenant: "north" })
  })
  afterAll(async () => {
    await consumer.kill()
    await service?.close()
  })

  const start = () =>
    consumer.start({
      KAFKA_BROKERS: brokersOfRun.join(),
      KAFKA_TOPIC: topic,
      KAFKA_GROUP: `example-${topic}`,
      FEED_URL: `${service.url()}/v1/feed`,
      API_KEY: reader.key
    })
  const twoMore = async (): Promise<ReadonlyArray<string>> => {
    const [issued, { id }] = await Promise.all([service.api.register(userWith()), service.api.start(userWith())])
    await Promise.all([service.api.withdraw(id), service.api.until(issued, isEnd)])
    return [issued, id]
  }
  const inTopic = new Set<unknown>()
  /** All that was told up to the end of these registrations, once each of it was in the topic. */
  const told = async (ids: ReadonlyArray<string>): Promise<ReadonlyArray<FeedItem>> => {
    const items = await untilTold(reader, ids)
    await eventually("all messages in the topic", async () => {
      for (const { value } of await readTopic(brokersOfRun, topic)) inTopic.add(JSON.parse(value).id)
      return items.every(({ id }) => inTopic.has(id))
    })
    return items
  }
  /** What it worked on is all that was told, once, and in order for each registration. */
  const expectAllDone = async (items: ReadonlyArray<FeedItem>) => {
    await consumer.untilDone(items.length)
    const done = consumer.done()
    expect(done.toSorted()).toEqual(items.map(({ id }) => id).toSorted())
    for (const [subject, ofSubject] of Map.groupBy(items, (item) => item.subject)) {
      const ids = ofSubject.map(({ id }) => id)
      expect(
        done.filter((id) => ids.includes(id)),
        subject
      ).toEqual(ids)
    }
    expect(consumer.registrations()).toEqual(keptOf(items))
  }

  it("works on every message once, in order, whenever it is killed, whatever copies come", async () => {
    start()
    const registering = twoMore()
    await consumer.untilDone(2)
    await consumer.kill()
    const items = await told(await registering)
    // Each message again, as another publisher would have sent it.
    const records = await readTopic(brokersOfRun, topic)
    const producer = kafkaOf(brokersOfRun).producer()
    await producer.connect()
    const messages = records.map(({ key = null, value, headers, partition }) => ({ key, value, headers, partition }))
    await producer.send({ topic, messages })
    await producer.disconnect()
    start()
    await expectAllDone(items)
    await expectAllDone(await told(await twoMore()))
  })

  it("was away for longer than the topic keeps messages: it goes on from the feed, then from the topic", async () => {
    const { id } = await service.api.start(userWith())
    await eventually(
      "the URLs of the last registration",
      () => consumer.registrations()[id]?.state === "awaiting_images"
    )
    await consumer.kill()
    await service.api.uploadBoth(id)
    const missed = await told([...(await twoMore()), id])
    await asAdmin(brokersOfRun, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic)
      const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }))
      await admin.deleteTopicRecords({ topic, partitions })
    })
    expect(await readTopic(brokersOfRun, topic)).toEqual([])
    start()
    await expectAllDone(missed)
    await expectAllDone(await told(await twoMore()))
  })
})
