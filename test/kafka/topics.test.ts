import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { expectPublished, untilPublished } from "../support/kafka/published.ts"
import { readTopic } from "../support/kafka/read-topic.ts"
import { metricsOf, untilKafkaIs } from "../support/kafka/standing.ts"
import { addPartitions, configureTopic, createTopic, deleteTopic } from "../support/kafka/topic.ts"
import { readWholeFeed } from "../support/read-whole-feed.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

const certreg = "src/infrastructure/certreg.ts"

describe.skipIf(withoutBroker)("a topic that is not what it was", async () => {
  if (withoutBroker) return
  const kafka = { KAFKA_BROKERS: brokersOfRun.join() }
  const first = await createTopic(brokersOfRun)
  const service = await startService({ env: { ...kafka, KAFKA_TOPIC: first } })
  afterAll(service.close)
  const { api } = service
  const userWith = usersOf("topic")

  const someMore = async () => {
    for (let n = 0; n < 3; n++) {
      const { id } = await api.start(userWith())
      expect((await api.withdraw(id)).status).toBe(200)
    }
  }
  const serveOn = async (topic: string) => {
    await service.kill("SIGTERM")
    await service.start({ KAFKA_TOPIC: topic })
  }
  const command = async (topic: string, ...args: ReadonlyArray<string>) => {
    const env = { ...service.env, KAFKA_TOPIC: topic }
    const { code, stdout, stderr } = await runNode(certreg, ["kafka", ...args], env)
    if (code !== 0) throw new Error(`kafka ${args} ended with ${code}: ${stdout}${stderr}`)
    return stdout
  }
  /** Halted, it says so everywhere, and takes commands as always. */
  const untilHalted = async (words: RegExp) => {
    expect(await untilKafkaIs(service, "down", words)).toMatch(/^200 ./)
    await eventually("the metric", async () => (await metricsOf(service)).value("certreg_kafka_halted") === 1)
    await someMore()
  }

  it("was made anew under its name: nothing more goes there until an operator says to publish all of it again", async () => {
    await someMore()
    await untilPublished(api, brokersOfRun, first)
    await deleteTopic(brokersOfRun, first)
    await someMore()
    await untilKafkaIs(service, "down")
    await createTopic(brokersOfRun, { name: first })
    await untilHalted(/made anew/)
    expect(await command(first, "republish", "--from", "start")).toMatch(/published again/)
    await untilPublished(api, brokersOfRun, first)
    await untilKafkaIs(service, "up")
  })

  it("was made anew under its name: or that it goes on with what comes from now on", async () => {
    const before = await readWholeFeed(api)
    await deleteTopic(brokersOfRun, first)
    await someMore()
    await untilKafkaIs(service, "down")
    await createTopic(brokersOfRun, { name: first })
    await untilHalted(/made anew/)
    await command(first, "accept")
    await untilKafkaIs(service, "up")
    await someMore()
    const feed = (await readWholeFeed(api)).slice(before.length)
    const records = await eventually("what came since", async () => {
      const read = await readTopic(brokersOfRun, first)
      return read.length >= feed.length && read
    })
    expectPublished(feed, records)
  })

  it("has got more partitions: nothing more goes there until an operator says so", async () => {
    const topic = await createTopic(brokersOfRun, { partitions: 2 })
    await serveOn(topic)
    const { feed: before } = await untilPublished(api, brokersOfRun, topic)
    await addPartitions(brokersOfRun, topic, 5)
    // It is looked at after a failure, at the start, and now and then.
    await serveOn(topic)
    await untilHalted(/2 partitions.* 5/)
    expect(await readTopic(brokersOfRun, topic)).toHaveLength(before.length)
    await command(topic, "accept")
    await eventually("all of them", async () => {
      const there = await readTopic(brokersOfRun, topic)
      return there.length === (await readWholeFeed(api)).length
    })
    await untilKafkaIs(service, "up")
  })

  it("is compacted: nothing goes there before it is not", async () => {
    const topic = await createTopic(brokersOfRun, { config: { "cleanup.policy": "compact" } })
    await serveOn(topic)
    await untilHalted(/compacted/)
    expect(await readTopic(brokersOfRun, topic)).toEqual([])
    await configureTopic(brokersOfRun, topic, { "cleanup.policy": "delete" })
    await untilPublished(api, brokersOfRun, topic)
    await untilKafkaIs(service, "up")
  })

  it("takes no messages of this size: nothing goes there before it does", async () => {
    const topic = await createTopic(brokersOfRun, { config: { "max.message.bytes": "300" } })
    await serveOn(topic)
    await untilHalted(/larger/)
    expect(await readTopic(brokersOfRun, topic)).toEqual([])
    // One message, not two: each batch is halved until it fits.
    await configureTopic(brokersOfRun, topic, { "max.message.bytes": "1200" })
    await untilPublished(api, brokersOfRun, topic)
    await untilKafkaIs(service, "up")
  })
})
