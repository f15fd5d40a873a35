import { createHash } from "node:crypto"
import { Effect, Layer } from "effect"
import { Kafka, logLevel } from "kafkajs"
import { kafkaBrokerLayer } from "../src/adapters/kafka/kafka-broker.ts"
import { sqliteMessagesLayer } from "../src/adapters/sqlite/messages.ts"
import { sqlitePublisherCheckpointLayer } from "../src/adapters/sqlite/publisher-checkpoint.ts"
import { sqliteDatabaseLayer } from "../src/adapters/sqlite/sqlite-database.ts"
import { sqliteViewsLayer } from "../src/adapters/sqlite/views.ts"
import { Health } from "../src/application/health.ts"
import { LogIdentity } from "../src/application/history/log-identity.ts"
import { writeCursor } from "../src/application/messages/feed-cursor.ts"
import { NewMessages } from "../src/application/messages/new-messages.ts"
import { Log } from "../src/application/ports/log.ts"
import type { Message } from "../src/application/ports/messages.ts"
import { Views } from "../src/application/ports/views.ts"
import { PublisherState } from "../src/application/publishing/publisher-state.ts"

export const identity = { logId: "01939d5e-0000-7000-8000-000000000000", epoch: 0 }

const silent = () => {}
const onFatal = (code: string) => {
  throw new Error(code)
}

/** All that the publisher works on, in a data directory. */
export const storesLayer = (dataDir: string) =>
  Layer.mergeAll(sqliteViewsLayer, sqliteMessagesLayer, sqlitePublisherCheckpointLayer).pipe(
    Layer.provide(sqliteDatabaseLayer({ dataDir, onFatal })),
    Layer.provideMerge(Layer.mergeAll(NewMessages.layer, PublisherState.layer, Health.layer)),
    Layer.provideMerge(Layer.succeed(LogIdentity, identity)),
    Layer.provideMerge(Layer.succeed(Log, { debug: silent, info: silent, warn: silent, error: silent }))
  )

export const brokerLayer = (address: string, topic: string) =>
  kafkaBrokerLayer({ brokers: [address], topic, ssl: false })

const uuidOf = (n: number) => {
  const hex = createHash("md5").update(`${n}`).digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** Some seven for each registration, hundred of which are under way at once; 700 bytes each. */
export const messageAt = (position: number): Message => {
  const registrationId = uuidOf(Math.floor(position / 700) * 100 + (position % 100))
  const json = JSON.stringify({
    specversion: "1.0",
    id: uuidOf(-position),
    source: "/certificate-registrations",
    type: "certreg.registration.images_uploaded.v1",
    subject: registrationId,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    sequence: "0000000003",
    correlationid: uuidOf(position),
    tenant: "acme",
    data: { registrationId, attempt: 1, partnerUserId: `user-${position}`, labels: { filler: "x".repeat(220) } }
  })
  return { position, registrationId, tenant: "acme", json }
}

/** Saves messages as the projection does. */
export const save = Effect.fnUntraced(function* (after: number, messages: ReadonlyArray<Message>) {
  const { publish } = yield* NewMessages
  const position = after + messages.length
  yield* (yield* Views).save({ after, position, epoch: 0, rows: [], messages })
  publish({ after, upTo: position, epoch: 0, messages })
})

export const fill = Effect.fnUntraced(function* (count: number) {
  for (let after = 0; after < count; after += 1000)
    yield* save(
      after,
      Array.from({ length: Math.min(1000, count - after) }, (_, i) => messageAt(after + i + 1))
    )
})

/** What the publisher sends, as KafkaJS takes it. */
export const kafkaMessageOf = ({ registrationId, json, position }: Message) => ({
  key: registrationId,
  value: Buffer.from(json),
  headers: {
    "content-type": "application/cloudevents+json",
    "certreg-cursor": writeCursor({ ...identity, position })
  }
})

export const rawClient = (address: string) =>
  new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 1 } })

export const waitUntilReached = Effect.fnUntraced(function* (position: number) {
  const state = yield* PublisherState
  while (state.position() < position) yield* Effect.sleep(1)
})
