import { EventStoreDBClient } from "@eventstore/db-client"
import { afterAll, beforeAll, describe, inject } from "vitest"
import { eventStoreDbAppends } from "../contract/eventstoredb-appends.ts"
import { eventStoreDbCheckpoints } from "../contract/eventstoredb-checkpoints.ts"
import { eventStoreDbDeletions } from "../contract/eventstoredb-deletions.ts"
import { eventStoreDbReads } from "../contract/eventstoredb-reads.ts"
import { eventStoreDbSubscriptions } from "../contract/eventstoredb-subscriptions.ts"
import { type EventStoreDbProcess, startEventStoreDb } from "../support/eventstoredb/server-process.ts"

type Server = { readonly url: string; readonly httpUrl: string }

/** The same answers of both: what the double answers is what a real server answers. */
const answersOf = (name: string, open: () => Promise<Server>, close: () => Promise<unknown>) =>
  describe(name, () => {
    let server: Server | undefined
    let client: EventStoreDBClient | undefined
    beforeAll(async () => {
      server = await open()
      client = EventStoreDBClient.connectionString(server.url)
    })
    afterAll(async () => {
      await client?.dispose()
      await close()
    })
    const connect = () => client as EventStoreDBClient
    eventStoreDbAppends(name, connect)
    eventStoreDbDeletions(name, connect)
    eventStoreDbReads(name, connect, () => server?.httpUrl ?? "")
    eventStoreDbSubscriptions(name, connect)
    eventStoreDbCheckpoints(name, connect)
  })

let double: EventStoreDbProcess | undefined
answersOf(
  "double",
  async () => {
    double = await startEventStoreDb()
    return double
  },
  async () => double?.kill()
)
const given = inject("eventStoreDb")
if (given.kind !== "double")
  answersOf(
    given.kind,
    async () => given,
    async () => {}
  )
