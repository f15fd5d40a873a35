import "effect/schema/SchemaJITCompiler/enable"
import { Effect, Layer, Result } from "effect"
import { openReader } from "../src/adapters/sqlite/connection.ts"
import { sqliteEventStoreLayer } from "../src/adapters/sqlite/event-store.ts"
import { openMigrated } from "../src/adapters/sqlite/migrations.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { sqliteDatabaseLayer } from "../src/adapters/sqlite/sqlite-database.ts"
import { chain } from "../src/application/history/chain.ts"
import { newId } from "../src/application/history/ids.ts"
import { EventStore, noStream } from "../src/application/ports/event-store.ts"
import { decodeEvent, encodeEvent } from "../src/domain/registration/event-codec.ts"
import { histories } from "../test/support/registration-events.ts"
import { alternate, type Measured } from "./rounds.ts"

const page = 500
/** The events of a registration that was issued, with sealed fields of the usual size. */
const history = histories.issued.map((event) => {
  const box = "x".repeat(900)
  if (event._tag === "Requested") return encodeEvent({ ...event, personal: { ...event.personal, box } })
  return encodeEvent(event._tag === "UrlsIssued" ? { ...event, urls: { ...event.urls, box } } : event)
})
const registrations = 10_000
const count = registrations * history.length
const perSecond = (since: number) => (count / (performance.now() - since)) * 1000

const origin = { actor: { kind: "client", id: "bench" }, correlationId: newId() } as const

const fill = (dir: string) => {
  // A log without its vault would be no start.
  openMigrated(dir, schema.vault).close()
  const db = openMigrated(dir, schema.log)
  const insert = db.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
  const stream = db.prepare("INSERT INTO streams (id, name) VALUES (?, ?)")
  db.exec("BEGIN")
  for (let id = 1; id <= registrations; id++) {
    const name = `registration-${newId()}`
    stream.run(id, name)
    for (const { revision, bytes, hash } of chain(name, noStream, history, origin, Date.now()))
      insert.run(id, revision, bytes, hash)
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
  for (let after = 0; after < count; ) {
    const { events, upTo } = yield* store.feed(after, page)
    for (const event of events) Result.getOrThrow(decodeEvent(event, event))
    after = upTo > after ? upTo : count
  }
  return perSecond(start)
})

const onFatal = (code: string) => {
  throw new Error(code)
}

/** Reads a log of whole registrations from its start, in pages, each event decoded; raw: each parsed as JSON. */
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
