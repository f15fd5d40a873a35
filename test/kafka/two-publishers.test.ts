import { randomInt } from "node:crypto"
import { cpSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { randomOf } from "../fuzz/random.ts"
import { apiOf, usersOf } from "../support/api.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"
import { startStubbornCallers } from "../support/kafka/callers.ts"
import { brokersOfRun, withoutBroker } from "../support/kafka/kafka-of-run.ts"
import { untilPublished } from "../support/kafka/published.ts"
import { metricsOf, untilKafkaIs } from "../support/kafka/standing.ts"
import { createTopic } from "../support/kafka/topic.ts"
import { newLogAt } from "../support/log-of-run.ts"
import { startService } from "../support/service.ts"
import { type RunningProgram, startMain } from "../support/service-program.ts"

const seed = Number(process.env["KAFKA_SEED"] ?? randomInt(2 ** 31))
const kills = Number(process.env["KAFKA_ROUNDS"] ?? 2)

describe.skipIf(withoutBroker)("two services that publish the same log", { timeout: 3_600_000 }, async () => {
  if (withoutBroker) return
  const store = await startEventStoreDb()
  afterAll(async () => void (await store.kill()))
  const topic = await createTopic(brokersOfRun)
  const env = { KAFKA_BROKERS: brokersOfRun.join(), KAFKA_TOPIC: topic, ...newLogAt(store.url) }
  const service = await startService({ env })
  afterAll(service.close)
  const { api } = service
  const userWith = usersOf("twice")

  // Nobody may run two with the keys of one: forced by a copy, so that each keeps its own account of how far it is.
  await startStubbornCallers(api, userWith, 2).stop()
  await service.kill()
  const otherDir = join(service.dataDir, "..", "other")
  cpSync(service.dataDir, otherDir, { recursive: true })
  let other: RunningProgram
  const startOther = async () => {
    other = await startMain({ ...service.env, DATA_DIR: otherDir })
  }
  await Promise.all([service.start(), startOther()])
  afterAll(() => other.kill("SIGKILL"))
  const urlOfOther = () => `http://127.0.0.1:${other.port}`
  const restart = {
    one: async () => {
      await service.kill()
      await service.start()
    },
    other: async () => {
      other.kill("SIGKILL")
      await other.ended
      await startOther()
    }
  }

  it(`lose no message and change no order, whichever dies: copies come, and nothing else (KAFKA_SEED=${seed})`, async () => {
    const both = [api, apiOf(urlOfOther, api.key)].map((one) => startStubbornCallers(one, userWith, 2))
    const more = () => Promise.all(both.map((callers) => callers.more(5)))
    await more()
    for (let n = 0; n < kills; n++) {
      await restart[randomOf(seed, n).pick(["one", "other"] as const)]()
      await more()
    }
    for (const callers of both) await callers.stop()
    for (const url of [service.url, urlOfOther]) {
      await untilKafkaIs({ url }, "up")
      await eventually("nothing that is behind", async () => {
        const metrics = await metricsOf({ url })
        return metrics.value("certreg_kafka_lag_messages") === 0
      })
    }
    const { feed, copies } = await untilPublished(api, brokersOfRun, topic)
    console.log(`${kills} killed, ${feed.length} messages, ${copies} copies`)
    expect(copies).toBeGreaterThan(0)
  })
})
