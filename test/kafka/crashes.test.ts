import { randomInt } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, describe, expect, it } from "vitest"
import { randomOf } from "../fuzz/random.ts"
import { usersOf } from "../support/api.ts"
import { startStubbornCallers } from "../support/kafka/callers.ts"
import { startBroker } from "../support/kafka/cluster.ts"
import { lib, withoutOwnBroker } from "../support/kafka/kafka-of-run.ts"
import { untilPublished } from "../support/kafka/published.ts"
import { createTopic } from "../support/kafka/topic.ts"
import { startService } from "../support/service.ts"

const seed = Number(process.env["KAFKA_SEED"] ?? randomInt(2 ** 31))
const rounds = Number(process.env["KAFKA_ROUNDS"] ?? 3)
/** What dies in a round, together or one while the other is still down. */
const victims = [["service"], ["broker"], ["service", "broker"], ["broker", "service"]] as const
const longestWait = 400

describe.skipIf(withoutOwnBroker)("under load", { timeout: 3_600_000 }, async () => {
  if (withoutOwnBroker) return
  const broker = await startBroker({ lib })
  afterAll(broker.close)
  const topic = await createTopic(broker.addresses)
  const service = await startService({ env: { KAFKA_BROKERS: broker.address, KAFKA_TOPIC: topic } })
  afterAll(service.close)
  const { api } = service
  const userWith = usersOf("crash")

  it(`${rounds} kills of service and broker lose no message, and change no order (KAFKA_SEED=${seed})`, async () => {
    const callers = startStubbornCallers(api, userWith, 4)
    const life = {
      service: { kill: () => service.kill(), start: () => service.start() },
      broker: { kill: () => broker.kill(), start: () => broker.start() }
    }
    for (let round = 0; round < rounds; round++) {
      const { pick, below } = randomOf(seed, round)
      const dying = pick(victims)
      for (const who of dying) {
        await sleep(below(longestWait))
        await life[who].kill()
      }
      for (const who of dying) {
        await sleep(below(longestWait))
        await life[who].start()
      }
      await callers.more(4)
      if ((round + 1) % 10 === 0) console.log(`${round + 1} of ${rounds}`)
    }
    const done = await callers.stop()
    const { feed, copies } = await untilPublished(api, broker.addresses, topic)
    console.log(`${rounds} rounds, ${done} registrations, ${feed.length} messages, ${copies} copies`)
    expect(feed.length).toBeGreaterThanOrEqual(2 * done)
  })
})
