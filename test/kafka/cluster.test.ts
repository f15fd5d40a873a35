import { randomInt } from "node:crypto"
import { afterAll, describe, expect, it } from "vitest"
import { makeRandom } from "../fuzz/random.ts"
import { usersOf } from "../support/api.ts"
import { adapterOn } from "../support/kafka/adapter.ts"
import { startCallers } from "../support/kafka/callers.ts"
import { startCluster } from "../support/kafka/cluster.ts"
import { lib, withoutOwnBroker } from "../support/kafka/kafka-of-run.ts"
import { untilPublished } from "../support/kafka/published.ts"
import { readTopic } from "../support/kafka/read-topic.ts"
import { metricsOf, untilKafkaIs } from "../support/kafka/standing.ts"
import { startLanes } from "../support/kafka/steady-lanes.ts"
import { createTopic } from "../support/kafka/topic.ts"
import { startService } from "../support/service.ts"

const seed = Number(process.env["KAFKA_SEED"] ?? randomInt(2 ** 31))
const rounds = Number(process.env["KAFKA_CLUSTER_ROUNDS"] ?? 1)
const partitions = 6

describe.skipIf(withoutOwnBroker)("a cluster of three under load", { timeout: 3_600_000 }, async () => {
  if (withoutOwnBroker) return
  const cluster = await startCluster({ lib })
  afterAll(cluster.close)
  const { below } = makeRandom(seed)
  const newTopic = (minInsync: number) =>
    createTopic(cluster.addresses, { partitions, replicas: 3, config: { "min.insync.replicas": `${minInsync}` } })
  // One topic goes on with two replicas; to the other nothing can be written without all three.
  const [tolerant, strict] = [await newTopic(2), await newTopic(3)]
  const service = await startService({
    env: { KAFKA_BROKERS: cluster.addresses.join(), KAFKA_TOPIC: strict }
  })
  afterAll(service.close)
  const { api } = service

  it(`loses nothing while brokers are killed and restarted, and no caller notices (KAFKA_SEED=${seed})`, async () => {
    const callers = startCallers(api, usersOf("cluster"), 1)
    const lanes = startLanes(adapterOn(cluster.addresses, tolerant), partitions)
    const more = async () => {
      await callers.more(3)
      await lanes.more(20 + below(50))
    }
    await untilKafkaIs(service, "up")
    for (let round = 0; round < rounds; round++) {
      const first = below(3)
      const [killed, restarted] = [cluster.brokers[first], cluster.brokers[(first + 1) % 3]]
      await more()
      await killed?.kill()
      expect(await untilKafkaIs(service, "down", /NOT_ENOUGH_REPLICAS/)).toMatch(/^200 ./)
      await more()
      await killed?.start()
      await untilKafkaIs(service, "up")
      await restarted?.restart("SIGTERM")
      await more()
    }
    const sent = await lanes.stop()
    await callers.stop()
    await cluster.untilWhole()
    const { feed, copies } = await untilPublished(api, cluster.addresses, strict)
    lanes.expectIn(await readTopic(cluster.addresses, tolerant))
    console.log(`${rounds} killed, ${rounds} restarted: ${sent}; ${feed.length} messages, ${copies} copies`)
    const metrics = await metricsOf(service)
    expect(metrics.value("certreg_kafka_batches_rejected_total", { reason: "read_only" })).toBeGreaterThan(0)
  })
})
