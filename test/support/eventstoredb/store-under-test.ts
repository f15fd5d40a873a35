import { EventStoreDBClient } from "@eventstore/db-client"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { onTestFinished } from "vitest"
import { type EventStoreDbOptions, eventStoreDbLayer } from "../../../src/adapters/eventstoredb/event-store.ts"
import { newId } from "../../../src/application/history/ids.ts"
import { EventStore, type NewEvent, noStream, type Tip } from "../../../src/application/ports/event-store.ts"
import { tipAfter } from "../event-log.ts"
import { recordedLog } from "../recorded-log.ts"
import { newEvents, newStream } from "../stored-events.ts"

/** The event store on a server, for tests in promises; each has streams of its own. It ends with the test. */
export const openStore = (url: string, options: Partial<EventStoreDbOptions> = {}) => {
  const prefix = options.streamPrefix ?? `${newId()}-`
  const { lines, layer } = recordedLog()
  const store = eventStoreDbLayer({ url: Redacted.make(url), streamPrefix: prefix, ...options })
  const runtime = ManagedRuntime.make(Layer.provide(store, layer))
  let client: EventStoreDBClient | undefined
  onTestFinished(async () => {
    await runtime.dispose()
    await client?.dispose()
  })
  type Port = EventStore["Service"]
  const run = <A, E>(use: (store: Port) => Effect.Effect<A, E>) => runtime.runPromise(EventStore.use(use))
  /** How it fails. */
  const failure = <A, E>(use: (store: Port) => Effect.Effect<A, E>) => run((store) => Effect.flip(use(store)))
  /** Appends so many new events after a tip, and gives them back. */
  const append = async (stream: string, tip: Tip, count: number): Promise<ReadonlyArray<NewEvent>> => {
    const events = newEvents(stream, tip, count)
    await run((store) => store.append(stream, tip, events))
    return events
  }
  /** A stream of so many events. */
  const given = async (count = 1) => {
    const stream = newStream()
    const events = await append(stream, noStream, count)
    return { stream, name: prefix + stream, events, tip: tipAfter(events) }
  }
  /** What somebody with other means than ours has. */
  const bare = () => {
    client ??= EventStoreDBClient.connectionString(url)
    return client
  }
  return { prefix, lines, bare, run, failure, append, given, close: () => runtime.dispose() }
}
