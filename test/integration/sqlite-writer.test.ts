import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Worker } from "node:worker_threads"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { EventStore, EventStoreUnavailable, noStream, tipOf } from "../../src/application/ports/event-store.ts"
import { Vault } from "../../src/application/ports/vault.ts"
import { Views } from "../../src/application/ports/views.ts"
import { pageOf } from "../support/saved-page.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { newEvent, newEvents, newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const bigNote = "x".repeat(1000)

/** Appends one event to a new stream. */
const append = Effect.suspend(() => {
  const stream = newId()
  return EventStore.use((store) => store.append(stream, noStream, [newEvent(stream, 0, bigNote)]))
})
const unavailable = (stored: "no" | "unknown", code: string) =>
  new EventStoreUnavailable({ operation: "append", stored, code })

/** Appends so many at once; how each ended. */
const appendMany = (count: number) =>
  Effect.all(
    Array.from({ length: count }, () => Effect.result(append)),
    { concurrency: "unbounded" }
  )
const failures = Effect.fnUntraced(function* (count: number) {
  const results = yield* appendMany(count)
  return results.flatMap((result) => (result._tag === "Failure" ? [result.failure] : []))
})

/** What another process does to a file. */
const meanwhile = (dataDir: string, file: string, sql: string) => {
  const db = new DatabaseSync(join(dataDir, file))
  db.exec(sql)
  return db
}

it.live("takes appends to one stream in the order in which they come", () =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const stream = newId()
    const events = newEvents(stream, noStream, 50)
    const appends = events.map((event, i) => {
      const before = events[i - 1]
      return store.append(stream, before === undefined ? noStream : tipOf(before), [event])
    })
    yield* Effect.all(appends, { concurrency: "unbounded", discard: true })
    assert.strictEqual((yield* store.read(stream)).events.length, 50)
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)

it.live("lets a conflict fail nobody else of its group", () =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const taken = newId()
    yield* store.append(taken, noStream, newEvents(taken, noStream, 1))
    const conflicts = Effect.flip(store.append(taken, noStream, newEvents(taken, noStream, 1)))
    const results = yield* Effect.all([append, conflicts, append, conflicts], { concurrency: "unbounded" })
    assert.deepStrictEqual(
      results.map((result) => result?._tag),
      [undefined, "RevisionConflict", undefined, "RevisionConflict"]
    )
    assert.strictEqual((yield* store.feed(0, 10)).events.length, 3)
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)

it.live("finishes an append that nobody waits for any more", () =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const fiber = yield* Effect.forkChild(append, { startImmediately: true })
    yield* Fiber.interrupt(fiber)
    yield* store.waitBeyond(0)
    assert.strictEqual((yield* store.feed(0, 10)).events.length, 1)
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)

it.live("writes what still waits before it closes", () =>
  Effect.gen(function* () {
    const layer = sqliteLayer(temporaryFolder())
    yield* Effect.forkDetach(append, { startImmediately: true }).pipe(Effect.provide(layer, { local: true }))
    const kept = yield* EventStore.use((store) => store.feed(0, 10)).pipe(Effect.provide(layer, { local: true }))
    assert.strictEqual(kept.events.length, 1)
  })
)

it.live("refuses writes while there is no room, and goes on when there is", () => {
  const dataDir = temporaryFolder()
  return Effect.gen(function* () {
    const log = EventStore.use((store) => store.feed(0, 1000))
    let kept = 0
    let full: ReadonlyArray<unknown> = []
    while (full.length === 0) {
      full = yield* failures(1)
      kept += 1 - full.length
    }
    full = [...full, ...(yield* failures(3))]
    assert.deepStrictEqual(full, Array(4).fill(unavailable("no", "SQLITE_FULL")))
    const probe = EventStore.use((store) => store.probe)
    const probes = yield* Effect.all([Effect.flip(probe), Effect.flip(probe)], { concurrency: "unbounded" })
    assert.deepStrictEqual(probes, Array(2).fill(unavailable("no", "SQLITE_FULL")))
    assert.strictEqual((yield* log).events.length, kept)
    // Makes room as a cleaned disk would; an event store never deletes.
    meanwhile(dataDir, "log.db", `DELETE FROM events WHERE position < ${kept}`).close()
    yield* probe
    yield* append
    assert.strictEqual((yield* log).events.length, 2)
  }).pipe(Effect.provide(sqliteLayer(dataDir, { maxLogPages: 40 })))
})

it.live("refuses at once when too many wait", () =>
  Effect.gen(function* () {
    const refused = yield* failures(10_050)
    assert.strictEqual(refused.length, 50)
    for (const failure of refused) assert.deepStrictEqual(failure, unavailable("no", "overloaded"))
    yield* append
  }).pipe(Effect.provide(sqliteLayer(temporaryFolder())))
)

it.live("fails a key without failing the events beside it", () => {
  const dataDir = temporaryFolder()
  return Effect.gen(function* () {
    const other = meanwhile(dataDir, "vault.db", "BEGIN IMMEDIATE")
    const createKey = Vault.use((vault) => Effect.flip(vault.createKey(newId())))
    const [error] = yield* Effect.all([createKey, append], { concurrency: "unbounded" })
    const probe = Vault.use((vault) => vault.probe)
    assert.deepInclude(yield* Effect.flip(probe), { _tag: "VaultUnavailable", code: "SQLITE_BUSY" })
    yield* EventStore.use((store) => store.probe)
    other.close()
    yield* probe
    assert.deepInclude(error, { _tag: "VaultUnavailable", code: "SQLITE_BUSY" })
    yield* Vault.use((vault) => vault.createKey(newId()))
  }).pipe(Effect.provide(sqliteLayer(dataDir)))
})

/** Runs `work` on a store that is meant to end; also the codes it ended with. */
const untilFatal = <A, E>(work: (dataDir: string) => Effect.Effect<A, E, EventStore | Vault | Views>) => {
  const dataDir = temporaryFolder()
  const codes: Array<string> = []
  return work(dataDir).pipe(
    Effect.provide(sqliteLayer(dataDir, { onFatal: (code) => codes.push(code) })),
    Effect.map((result) => ({ result, codes, dataDir }))
  )
}

it.live("settles what waits when its thread dies, and says so once", () =>
  Effect.gen(function* () {
    const { promise, resolve } = Promise.withResolvers<Worker>()
    process.once("worker", resolve)
    const { result, codes } = yield* untilFatal(() =>
      Effect.gen(function* () {
        const worker = yield* Effect.promise(() => promise)
        const waiting = yield* Effect.forkChild(failures(100), { startImmediately: true })
        worker.terminate()
        return [...(yield* Fiber.join(waiting)), yield* Effect.flip(append)]
      })
    )
    assert.strictEqual(result.length, 101)
    for (const failure of result) assert.deepStrictEqual(failure, unavailable("unknown", "writer_ended"))
    assert.deepStrictEqual(codes, ["writer_ended"])
  })
)

it.live("stops for good when another writer has raised the epoch", () =>
  Effect.gen(function* () {
    const { result, codes, dataDir } = yield* untilFatal((dataDir) =>
      Effect.gen(function* () {
        yield* append
        meanwhile(dataDir, "log.db", "UPDATE writer SET epoch = epoch + 1").close()
        const key = Vault.use((vault) => Effect.flip(vault.createKey(newId())))
        const row = Views.use((views) => Effect.flip(views.save(pageOf({ position: 1 }))))
        const errors = yield* Effect.all([key, Effect.flip(append), row], { concurrency: "unbounded" })
        return errors.map((error) => [error._tag, "code" in error && error.code])
      })
    )
    assert.deepStrictEqual(result, [
      ["VaultUnavailable", "another_writer"],
      ["EventStoreUnavailable", "another_writer"],
      ["ViewsUnavailable", "another_writer"]
    ])
    assert.deepStrictEqual(codes, ["another_writer"])
    const kept = EventStore.use((store) => store.feed(0, 10)).pipe(Effect.provide(sqliteLayer(dataDir)))
    assert.strictEqual((yield* kept).events.length, 1)
  })
)

it.live("stops for good on what it did not expect, and names the database", () =>
  Effect.gen(function* () {
    const { result, codes } = yield* untilFatal((dataDir) =>
      Effect.gen(function* () {
        meanwhile(dataDir, "log.db", "DROP TABLE events").close()
        return yield* failures(3)
      })
    )
    assert.strictEqual(result.length, 3)
    for (const failure of result) assert.deepStrictEqual(failure, unavailable("unknown", "append_SQLITE_ERROR"))
    assert.deepStrictEqual(codes, ["append_SQLITE_ERROR"])
  })
)
