import { afterAll, describe, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { eventually } from "../support/eventually.ts"
import { startCallers } from "../support/kafka/callers.ts"
import { startBroker } from "../support/kafka/cluster.ts"
import { lib, withoutOwnBroker } from "../support/kafka/kafka-of-run.ts"
import { untilPublished } from "../support/kafka/published.ts"
import { metricsOf, standingOf, untilKafkaIs } from "../support/kafka/standing.ts"
import { createTopic, newTopicName } from "../support/kafka/topic.ts"
import { startService } from "../support/service.ts"

/**
 * How long the broker is away while the service runs. `npm run chaos:kafka` says a minute; among all the tests none of it is played, since
 * `cluster.test.ts` and `crashes.test.ts` kill brokers too.
 */
const outageSeconds = Number(process.env["KAFKA_OUTAGE_SECONDS"] ?? 0)

describe.skipIf(withoutOwnBroker)("a broker that is not there", { timeout: 3_600_000 }, async () => {
  if (withoutOwnBroker) return
  const broker = await startBroker({ lib, down: true })
  afterAll(broker.close)
  const topic = newTopicName()
  const service = await startService({ env: { KAFKA_BROKERS: broker.address, KAFKA_TOPIC: topic } })
  afterAll(service.close)
  const { api } = service
  const userWith = usersOf("outage")

  /** Callers come all the time, from before an outage on until after it, and each is answered as always. */
  const whileCallersCome = async (outage: (more: () => Promise<void>) => Promise<void>) => {
    const callers = startCallers(api, userWith, 2)
    const more = () => callers.more(5)
    await more()
    await outage(more)
    await more()
    await callers.stop()
    return untilPublished(api, broker.addresses, topic)
  }

  it("at the start of the service is not waited for, and neither is its topic", async () => {
    await whileCallersCome(async (more) => {
      expect(await untilKafkaIs(service, "down")).toMatch(/^200 ./)
      await more()
      await broker.start()
      expect(await untilKafkaIs(service, "down", /topic/i)).toMatch(/^200 ./)
      await more()
      await createTopic(broker.addresses, { name: topic })
      await untilKafkaIs(service, "up")
    })
    expect(await standingOf(service)).toEqual({ http: 200, kafka: "up", words: "" })
  })

  it.skipIf(outageSeconds === 0)(`is not missed by anybody for ${outageSeconds} s, and loses nothing`, async () => {
    await whileCallersCome(async (more) => {
      await broker.kill()
      const since = performance.now()
      expect(await untilKafkaIs(service, "down")).toMatch(/^200 ./)
      while (performance.now() - since < outageSeconds * 1000) await more()
      await broker.start()
      await untilKafkaIs(service, "up")
    })
  })

  it("in that it stands still is not missed either, and what it had taken meanwhile is there once", async () => {
    const { copies: before } = await untilPublished(api, broker.addresses, topic)
    const { copies } = await whileCallersCome(async (more) => {
      broker.freeze()
      expect(await untilKafkaIs(service, "down")).toMatch(/^200 ./)
      await more()
      broker.thaw()
      await untilKafkaIs(service, "up")
    })
    expect(copies).toBe(before)
  })

  it("is told of by metrics", async () => {
    const metrics = await metricsOf(service)
    expect(metrics.value("certreg_kafka_batches_rejected_total", { reason: "unreachable" })).toBeGreaterThan(0)
    expect(metrics.value("certreg_kafka_batches_rejected_total", { reason: "too_large" })).toBe(0)
    await eventually("nothing that is behind", async () => {
      const now = await metricsOf(service)
      return now.value("certreg_kafka_lag_messages") === 0 && now.value("certreg_kafka_halted") === 0
    })
  })
})
