import { randomUUID } from "node:crypto"
import { EventStoreDBClient } from "@eventstore/db-client"
import { Layer, Redacted } from "effect"
import { afterAll, inject } from "vitest"
import { eventStoreDbLayer } from "../../src/adapters/eventstoredb/event-store.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { eventStoreContract } from "./event-store.ts"

const { url, kind } = inject("eventStoreDb")
const client = EventStoreDBClient.connectionString(url)
afterAll(() => client.dispose())

eventStoreContract(`EventStoreDB (${kind})`, () => {
  const streamPrefix = `${randomUUID()}-`
  return {
    layer: Layer.provide(eventStoreDbLayer({ url: Redacted.make(url), streamPrefix }), recordedLog().layer),
    cut: async (stream, before) => {
      await client.setStreamMetadata(streamPrefix + stream, { truncateBefore: before })
    }
  }
})
