import { randomUUID } from "node:crypto"
import { EventStoreDBClient } from "@eventstore/db-client"
import { Layer, Redacted } from "effect"
import { afterAll, inject } from "vitest"
import { eventStoreDbLayer } from "../../src/adapters/eventstoredb/event-store.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { eventStoreContract } from "./event-store.ts"

const contractAt = (name: string, url: string) => {
  const client = EventStoreDBClient.connectionString(url)
  afterAll(() => client.dispose())
  eventStoreContract(`EventStoreDB (${name})`, () => {
    const streamPrefix = `${randomUUID()}-`
    return {
      layer: Layer.provide(eventStoreDbLayer({ url: Redacted.make(url), streamPrefix }), recordedLog().layer),
      cut: async (stream, before) => {
        await client.setStreamMetadata(streamPrefix + stream, { truncateBefore: before })
      }
    }
  })
}

const { kind, url } = inject("eventStoreDb")
contractAt(kind, url)
if (kind !== "double") {
  const double = await startEventStoreDb()
  afterAll(async () => void (await double.kill()))
  contractAt("double", double.url)
}
