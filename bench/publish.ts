import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { MessageBroker } from "../src/application/ports/message-broker.ts"
import { usualPace } from "../src/application/publishing/pace.ts"
import { publish } from "../src/application/publishing/publish.ts"
import { PublisherState } from "../src/application/publishing/publisher-state.ts"
import { installKafka } from "../test/infra/kafka/install.ts"
import { saveMessages } from "../test/support/feed.ts"
import { startBroker } from "../test/support/kafka/cluster.ts"
import { createTopic } from "../test/support/kafka/topic.ts"
import { percentile } from "./load.ts"
import {
  brokerLayer,
  fill,
  kafkaMessageOf,
  messageAt,
  publisherLayer,
  rawClient,
  waitUntilReached
} from "./publisher.ts"
import { median } from "./rounds.ts"

const count = 60_000
const batch = 1000

/** KafkaJS alone: batches of the same bytes over all partitions, one after the other, idempotent. */
const raw = async (address: string): Promise<number> => {
  const topic = await createTopic([address])
  const messages = Array.from({ length: count }, (_, i) => kafkaMessageOf(messageAt(i + 1)))
  const producer = rawClient(address).producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  await producer.send({ topic, messages: messages.slice(0, 1) })
  const start = performance.now()
  for (let i = 0; i < count; i += batch) await producer.send({ topic, messages: messages.slice(i, i + batch) })
  const speed = (count / (performance.now() - start)) * 1000
  await producer.disconnect()
  return speed
}

/** The publisher from a backlog, from its first read on. */
const product = async (address: string, dir: string): Promise<number> => {
  const topic = await createTopic([address])
  const work = Effect.gen(function* () {
    const { send } = yield* MessageBroker
    // Connected, as the other one is.
    yield* send(0, [{ ...kafkaMessageOf(messageAt(1)), key: "warm" }])
    const start = performance.now()
    yield* Effect.forkScoped(publish(usualPace))
    yield* waitUntilReached(count)
    return (count / (performance.now() - start)) * 1000
  })
  const layer = Layer.provideMerge(brokerLayer(address, topic), publisherLayer(dir))
  return await Effect.runPromise(Effect.scoped(work).pipe(Effect.provide(layer)))
}

/** From the save on to the acknowledgement, at 1,000 messages a second that come one by one: milliseconds. */
const lag = async (address: string, dir: string, seconds: number): Promise<number> => {
  const topic = await createTopic([address])
  const savedAt = new Map<string, number>()
  const lags: Array<number> = []
  const measured = Layer.effect(
    MessageBroker,
    Effect.map(MessageBroker, (broker) => ({
      ...broker,
      send: (partition, records) =>
        Effect.tap(broker.send(partition, records), () =>
          Effect.sync(() => {
            for (const { headers } of records) {
              const at = savedAt.get(headers["certreg-cursor"] ?? "")
              if (at !== undefined) lags.push(performance.now() - at)
            }
          })
        )
    }))
  ).pipe(Layer.provide(brokerLayer(address, topic)))
  const work = Effect.gen(function* () {
    yield* Effect.forkScoped(publish(usualPace))
    const start = performance.now()
    for (let saved = 0; saved < seconds * 1000; ) {
      const due = Math.min(seconds * 1000, Math.floor(performance.now() - start))
      if (due > saved) {
        const messages = Array.from({ length: due - saved }, (_, i) => messageAt(saved + i + 1))
        const now = performance.now()
        for (const message of messages) savedAt.set(kafkaMessageOf(message).headers["certreg-cursor"], now)
        yield* saveMessages(messages)
        saved = due
      }
      yield* Effect.sleep(1)
    }
    yield* waitUntilReached(seconds * 1000)
  })
  const layer = Layer.provideMerge(measured, publisherLayer(dir))
  await Effect.runPromise(Effect.scoped(work).pipe(Effect.provide(layer)))
  return percentile(lags, 99)
}

const residentMiB = () => process.memoryUsage().rss / 2 ** 20

/** How much more memory than after its first quarter a long backlog takes: MiB. */
const growth = async (address: string, dir: string, messages: number): Promise<number> => {
  const topic = await createTopic([address])
  const work = Effect.gen(function* () {
    yield* fill(messages)
    const { position } = yield* PublisherState
    yield* Effect.forkScoped(publish(usualPace))
    yield* waitUntilReached(messages / 4)
    const first = residentMiB()
    let most = first
    while (position() < messages) {
      yield* Effect.sleep(100)
      most = Math.max(most, residentMiB())
    }
    return most - first
  })
  const layer = Layer.provideMerge(brokerLayer(address, topic), publisherLayer(dir))
  return await Effect.runPromise(Effect.scoped(work).pipe(Effect.provide(layer)))
}

const inTempDir = async <A>(work: (dir: string) => Promise<A>): Promise<A> => {
  const dir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  try {
    return await work(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** The publisher against KafkaJS alone, by turns, and its lag and memory; undefined where there is no broker. */
export const run = async (rounds = 5, backlog = 1_000_000) => {
  const kafka = await installKafka()
  if ("why" in kafka) return undefined
  const broker = await startBroker({ lib: kafka.lib })
  const { address } = broker
  try {
    const speeds = await inTempDir(async (dir) => {
      await Effect.runPromise(fill(count).pipe(Effect.provide(publisherLayer(dir))))
      const speeds: Array<{ readonly raw: number; readonly product: number }> = []
      for (let round = 0; round <= rounds; round++) {
        const one = { raw: await raw(address), product: await product(address, dir) }
        if (round > 0) speeds.push(one)
      }
      return speeds
    })
    return {
      product: Math.round(median(speeds.map((one) => one.product))),
      raw: Math.round(median(speeds.map((one) => one.raw))),
      ratio: Number(median(speeds.map((one) => one.product / one.raw)).toFixed(2)),
      lagP99Millis: Math.round(await inTempDir((dir) => lag(address, dir, 15))),
      backlogGrowthMiB: Math.round(await inTempDir((dir) => growth(address, dir, backlog)))
    }
  } finally {
    await broker.close()
  }
}

if (import.meta.main) console.log(await run())
