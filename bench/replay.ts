import { randomUUID } from "node:crypto"
import { Effect, Layer } from "effect"
import { openReader } from "../src/adapters/sqlite/connection.ts"
import { sqliteEventStoreLayer } from "../src/adapters/sqlite/event-store.ts"
import { openMigrated } from "../src/adapters/sqlite/migrations.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { sqliteDatabaseLayer } from "../src/adapters/sqlite/sqlite-database.ts"
import { EventStore } from "../src/application/ports/event-store.ts"
import { newEvent } from "../test/support/stored-events.ts"
import { alternate, type Measured } from "./rounds.ts"

const count = 200_000
const page = 500
/** Brings an event to 900 bytes. */
const filler = "x".repeat(530)
const perSecond = (since: number) => (count / (performance.now() - since)) * 1000

const fill = (dir: string) => {
  const db = openMigrated(dir, schema.log)
  const insert = db.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
  db.exec("BEGIN; INSERT INTO streams (id, name) VALUES (1, 'bench')")
  for (let revision = 0; revision < count; revision++) {
    const { bytes, hash } = newEvent(randomUUID(), revision, filler)
    insert.run(1, revision, bytes, hash)
  }
  db.exec("COMMIT")
  db.close()
}

/** Rows in pages, and their JSON. */
const bare = async (dir: string) => {
  fill(dir)
  const db = openReader(dir, schema.log)
  const rows = db.prepare(`SELECT position, bytes, hash FROM events WHERE position > ? ORDER BY position LIMIT ${page}`)
  const start = performance.now()
  for (let after = 0; after < count; ) {
    const found = rows.all(after) as unknown as ReadonlyArray<{ position: number; bytes: string }>
    for (const { bytes } of found) JSON.parse(bytes)
    after = found.at(-1)?.position ?? count
  }
  const speed = perSecond(start)
  db.close()
  return speed
}

const throughPort = Effect.gen(function* () {
  const store = yield* EventStore
  const start = performance.now()
  for (let after = 0; after < count; ) after = (yield* store.feed(after, page)).at(-1)?.position ?? count
  return perSecond(start)
})

const onFatal = (code: string) => {
  throw new Error(code)
}

/** Reads a log of 900-byte events from its start, in pages, each event parsed. */
export const run = (rounds = 3): Promise<Measured> =>
  alternate("replay", rounds, bare, (dir) => {
    fill(dir)
    return Effect.runPromise(
      throughPort.pipe(
        Effect.provide(sqliteEventStoreLayer.pipe(Layer.provide(sqliteDatabaseLayer({ dataDir: dir, onFatal }))))
      )
    )
  })

if (import.meta.main) console.log(await run())
