import { EventStoreDBClient, jsonEvent, NO_STREAM, START, streamNameFilter } from "@eventstore/db-client"
import type { NewEvent } from "../src/application/ports/event-store.ts"

/** The insecure server looks at neither; given with a call, they select the unary path. */
const credentials = { username: "bench", password: "bench" }

/** Appends each event to a stream of its own with the bare client, so many at once; answers how many a second. */
export const appendBare = async (url: string, events: ReadonlyArray<NewEvent>, inFlight: number): Promise<number> => {
  const client = EventStoreDBClient.connectionString(url)
  const waiting = [...events]
  const start = performance.now()
  const lane = async () => {
    for (let event = waiting.pop(); event; event = waiting.pop()) {
      const { stream, id, type, data, hash, previousHash, recordedAt, actor, correlationId } = event
      const metadata = { $correlationId: correlationId, actor, recordedAt, hash, previousHash }
      const made = jsonEvent({ id, type: `${type}.v1`, data, metadata })
      await client.appendToStream(stream, made, { expectedRevision: NO_STREAM, credentials })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const speed = (events.length / (performance.now() - start)) * 1000
  await client.dispose()
  return speed
}

/** Reads the streams with a prefix with a bare subscription, until so many events came; answers how many a second. */
export const subscribeBare = async (url: string, prefix: string, count: number): Promise<number> => {
  const client = EventStoreDBClient.connectionString(url)
  const start = performance.now()
  const subscription = client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes: [prefix] }) })
  await new Promise<void>((resolve, reject) => {
    let seen = 0
    subscription.on("error", reject).on("data", () => {
      if (++seen === count) resolve()
    })
  })
  const speed = (count / (performance.now() - start)) * 1000
  await subscription.unsubscribe()
  await client.dispose()
  return speed
}
