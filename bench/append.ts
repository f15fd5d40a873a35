import { randomUUID } from "node:crypto"
import { Effect, Layer } from "effect"
import { sqliteEventStoreLayer } from "../src/adapters/sqlite/event-store.ts"
import { openMigrated } from "../src/adapters/sqlite/migrations.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { sqliteDatabaseLayer } from "../src/adapters/sqlite/sqlite-database.ts"
import { EventStore, type NewEvent, noStream } from "../src/application/ports/event-store.ts"
import { newEvent } from "../test/support/stored-events.ts"
import { alternate, type Measured } from "./rounds.ts"

const inFlight = 64
const count = 20_000
const newEvents = () => Array.from({ length: count }, () => newEvent(randomUUID(), 0, filler))
/** Brings an event to 900 bytes. */
const filler = "x".repeat(530)
const perSecond = (since: number) => (count / (performance.now() - since)) * 1000

/** One thread that does nothing else: the same rows, guard by index, 64 to a transaction. */
const bare = async (dir: string, events: ReadonlyArray<NewEvent>) => {
  const db = openMigrated(dir, schema.log)
  const stream = db.prepare("INSERT INTO streams (name) VALUES (?)")
  const insert = db.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
  const start = performance.now()
  for (let i = 0; i < count; i += inFlight) {
    db.exec("BEGIN IMMEDIATE")
    for (const event of events.slice(i, i + inFlight))
      insert.run(stream.run(event.stream).lastInsertRowid, event.revision, event.bytes, event.hash)
    db.exec("COMMIT")
  }
  const speed = perSecond(start)
  db.close()
  return speed
}

const throughPort = Effect.fnUntraced(function* (events: ReadonlyArray<NewEvent>) {
  const store = yield* EventStore
  const start = performance.now()
  yield* Effect.forEach(events, (event) => store.append(event.stream, noStream, [event]), {
    concurrency: inFlight,
    discard: true
  })
  return perSecond(start)
})

const onFatal = (code: string) => {
  throw new Error(code)
}

/** Appends of one event of 900 bytes to a new stream, 64 in flight, durable one by one. */
export const run = (rounds = 7): Promise<Measured> =>
  alternate(
    "append",
    rounds,
    (dir) => bare(dir, newEvents()),
    (dir) =>
      Effect.runPromise(
        throughPort(newEvents()).pipe(
          Effect.provide(sqliteEventStoreLayer.pipe(Layer.provide(sqliteDatabaseLayer({ dataDir: dir, onFatal }))))
        )
      )
  )

if (import.meta.main) console.log(await run())
