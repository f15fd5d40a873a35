import { createHash } from "node:crypto"
import { Effect, Layer } from "effect"
import { Kafka, logLevel } from "kafkajs"
import { kafkaBrokerLayer } from "../src/adapters/kafka/kafka-broker.ts"
import { writeCursor } from "../src/application/messages/feed-cursor.ts"
import type { Message } from "../src/application/ports/message.ts"
import { PublisherState } from "../src/application/publishing/publisher-state.ts"
import { saveMessages } from "../test/support/feed.ts"
import { identity, storesLayer } from "./stores.ts"

/** All that the publisher works on, in a data directory. */
export const publisherLayer = (dataDir: string) => Layer.merge(storesLayer(dataDir), PublisherState.layer)

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

export const fill = Effect.fnUntraced(function* (count: number) {
  for (let after = 0; after < count; after += 1000)
    yield* saveMessages(Array.from({ length: Math.min(1000, count - after) }, (_, i) => messageAt(after + i + 1)))
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
