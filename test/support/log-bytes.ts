import { type AllStreamRecordedEvent, EventStoreDBClient, streamNameFilter } from "@eventstore/db-client"
import type { ServiceProcess } from "./service.ts"
import type { Env } from "./service-program.ts"
import { filesUnder } from "./traces.ts"

const textOf = (content: unknown): string =>
  content instanceof Uint8Array ? Buffer.from(content).toString("latin1") : JSON.stringify(content ?? null)

const bytesOf = ({ streamId, type, data, metadata }: AllStreamRecordedEvent): Buffer =>
  Buffer.from([streamId, type, textOf(data), textOf(metadata), ""].join("\n"))

/** All events of a service up to now, in a log that others write to as well. */
const eventsOf = (client: EventStoreDBClient, prefix: string) =>
  new Promise<ReadonlyArray<AllStreamRecordedEvent>>((resolve, reject) => {
    const events: Array<AllStreamRecordedEvent> = []
    const following = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [prefix] }) })
    let wanted = Number.POSITIVE_INFINITY
    const look = () => {
      if (events.length < wanted) return
      resolve(events)
      void following.unsubscribe()
    }
    following.on("error", reject)
    following.on("data", ({ event }) => {
      if (event) events.push(event)
      look()
    })
    following.on("caughtUp", () => {
      // It is told at once, whatever still waits to be taken.
      wanted = Math.min(wanted, events.length + following.readableLength)
      look()
    })
  })

/** All that a service keeps at a server of EventStoreDB, as it lies there. */
export const logAtServer = async (env: Env): Promise<Buffer> => {
  const { EVENTSTOREDB_URL = "", EVENTSTOREDB_STREAM_PREFIX = "" } = env
  const client = EventStoreDBClient.connectionString(EVENTSTOREDB_URL)
  try {
    return Buffer.concat((await eventsOf(client, EVENTSTOREDB_STREAM_PREFIX)).map(bytesOf))
  } finally {
    await client.dispose()
  }
}

type Written = {
  /** The place of its log. */
  readonly log: string
  readonly places: Readonly<Record<string, Buffer>>
}

/** All that a service wrote: its files, its output, and its log wherever that is. */
export const writtenBy = async ({ env, dataDir, tempDir, output }: ServiceProcess): Promise<Written> => {
  const files = { ...filesUnder(dataDir), ...filesUnder(tempDir), "its output": Buffer.from(output()) }
  if (env["EVENT_STORE"] !== "eventstoredb") return { log: "log.db", places: files }
  const log = "its streams"
  return { log, places: { ...files, [log]: await logAtServer(env) } }
}
