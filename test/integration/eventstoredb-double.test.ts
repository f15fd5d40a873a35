import { EventStoreDBClient } from "@eventstore/db-client"
import { afterAll, beforeAll } from "vitest"
import { eventStoreDbAppends } from "../contract/eventstoredb-appends.ts"
import { eventStoreDbCheckpoints } from "../contract/eventstoredb-checkpoints.ts"
import { eventStoreDbDeletions } from "../contract/eventstoredb-deletions.ts"
import { eventStoreDbReads } from "../contract/eventstoredb-reads.ts"
import { eventStoreDbSubscriptions } from "../contract/eventstoredb-subscriptions.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"

// The double, or the server that is given: what the double answers is what that server answers.
const given = process.env["EVENTSTOREDB_URL"]
let [url, httpUrl] = [given ?? "", ""]
let client: EventStoreDBClient | undefined
let stop: () => Promise<unknown> = async () => {}

beforeAll(async () => {
  if (given === undefined) {
    const double = await startEventStoreDb()
    url = double.url
    stop = double.kill
  }
  const scheme = url.includes("tls=false") ? "http" : "https"
  httpUrl = url.replace(/^[^:]+:\/\/(?:[^@/]*@)?([^/?]+).*$/s, `${scheme}://$1`)
  const info = (await (await fetch(`${httpUrl}/info`)).json()) as { readonly esVersion: string }
  console.log(`${given === undefined ? "The EventStoreDB double" : "The given EventStoreDB"}: ${info.esVersion}.`)
})
afterAll(async () => {
  await client?.dispose()
  await stop()
})

const connect = () => {
  client ??= EventStoreDBClient.connectionString(url)
  return client
}
const name = given === undefined ? "double" : "given server"
eventStoreDbAppends(name, connect)
eventStoreDbDeletions(name, connect)
eventStoreDbReads(name, connect, () => httpUrl)
eventStoreDbSubscriptions(name, connect)
eventStoreDbCheckpoints(name, connect)
