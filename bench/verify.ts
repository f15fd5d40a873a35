import { generateKeyPairSync, sign } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { openReader } from "../src/adapters/sqlite/connection.ts"
import { openMigrated } from "../src/adapters/sqlite/migrations.ts"
import { makeRawEvents } from "../src/adapters/sqlite/raw-events.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { EventStore } from "../src/application/ports/event-store.ts"
import { KeptCheckpoint } from "../src/application/ports/kept-checkpoint.ts"
import { verifyLog } from "../src/application/proof/verifying/verify-log.ts"
import { encodeEvent } from "../src/domain/registration/event-codec.ts"
import { readingStores } from "../src/infrastructure/reading.ts"
import { histories } from "../test/support/registration-events.ts"
import { logId, registrations, signedLog } from "../test/support/signed-log.ts"
import { median } from "./rounds.ts"

/** The events of a registration that was issued, with sealed fields of the usual size. */
const history = histories.issued.map((event) => {
  const box = "x".repeat(900)
  if (event._tag === "Requested") return encodeEvent({ ...event, personal: { ...event.personal, box } })
  return encodeEvent(event._tag === "UrlsIssued" ? { ...event, urls: { ...event.urls, box } } : event)
})
/** So many registrations are under way at once: their events take turns, and there is a checkpoint each time. */
const atOnce = 100

/** Appends of one long transaction: what is measured is the reading. */
const bulk = (dir: string) => {
  const db = openMigrated(dir, schema.log)
  db.exec("BEGIN")
  const insert = db.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
  const named = db.prepare("INSERT INTO streams (name) VALUES (?) ON CONFLICT DO UPDATE SET id = id RETURNING id")
  const raw = makeRawEvents(db)
  const store: Pick<EventStore["Service"], "append" | "raw"> = {
    append: (stream, _, events) =>
      Effect.sync(() => {
        const { id } = named.get(stream) as { readonly id: number }
        for (const { revision, bytes, hash } of events) insert.run(id, revision, bytes, hash)
      }),
    raw: (after, limit) => Effect.sync(() => raw(after, after + limit))
  }
  const close = () => {
    db.exec("COMMIT")
    db.close()
  }
  return { store: EventStore.of(store as EventStore["Service"]), close }
}

const fill = async (dir: string, events: number) => {
  openMigrated(dir, schema.vault).close()
  const { store, close } = bulk(dir)
  const keys = generateKeyPairSync("ed25519")
  const publicKey = keys.publicKey.export({ type: "spki", format: "der" }).toString("base64")
  const signer = { publicKey, sign: (text: string) => sign(null, Buffer.from(text), keys.privateKey) }
  const data = { logId, vaultId: "bench", esignEnvironment: "custom", signer: publicKey }
  const program = Effect.gen(function* () {
    const log = yield* signedLog(signer, { version: 2, data })
    for (let written = 0; written < events; written += atOnce * history.length) {
      const streams = registrations(atOnce)
      for (const event of history) for (const stream of streams) yield* log.append(stream, [event])
      yield* log.checkpoint()
    }
  })
  const kept = Layer.succeed(KeptCheckpoint, {
    load: Effect.succeed(undefined),
    keep: () => Effect.void,
    forget: Effect.void
  })
  await Effect.runPromise(program.pipe(Effect.provide(Layer.merge(Layer.succeed(EventStore, store), kept))))
  close()
}

const page = 500

/** The same rows, in pages, and their JSON. */
const bare = (dir: string) => {
  const db = openReader(dir, schema.log)
  const rows = db.prepare(`SELECT position, bytes, hash FROM events WHERE position > ? ORDER BY position LIMIT ${page}`)
  let count = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const found = rows.all(after) as unknown as ReadonlyArray<{ position: number; bytes: string }>
    for (const { bytes } of found) JSON.parse(bytes)
    count += found.length
    after = found.at(-1)?.position
  }
  db.close()
  return count
}

/** Verifies a log with checkpoints; raw: reads the same rows and parses them. Memory: after a tenth of it, and the most from then on. */
export const run = async (events = 220_000, rounds = 3) => {
  const dataDir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  try {
    await fill(dataDir, events)
    const memory = { atFirst: 0, most: 0 }
    let round = 0
    const watch = ({ done = 0, of = 0 }: { readonly done?: number; readonly of?: number }) =>
      Effect.sync(() => {
        // In the round that is not timed: to look costs more than a page.
        if (round > 0 || done < of / 10) return
        const mib = Math.round(process.memoryUsage.rss() / 2 ** 20)
        memory.atFirst ||= mib
        memory.most = Math.max(memory.most, mib)
      })
    const stores = readingStores({ dataDir, eventStore: { kind: "sqlite" } }, "if_usable")
    const verify = async () => {
      const { events, first } = await Effect.runPromise(verifyLog(undefined, watch).pipe(Effect.provide(stores)))
      if (first !== undefined) throw new Error(first)
      return events
    }
    const speed = async (read: () => Promise<number>) => {
      const began = performance.now()
      return ((await read()) / (performance.now() - began)) * 1000
    }
    const results: Array<{ readonly raw: number; readonly product: number }> = []
    for (; round <= rounds; round++) {
      const result = { raw: await speed(async () => bare(dataDir)), product: await speed(verify) }
      if (round > 0) results.push(result)
    }
    return {
      perSecond: Math.round(median(results.map(({ product }) => product))),
      raw: Math.round(median(results.map(({ raw }) => raw))),
      ratio: Number(median(results.map(({ product, raw }) => product / raw)).toFixed(2)),
      ...memory
    }
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

if (import.meta.main) console.log(await run(Number(process.argv[2] ?? 220_000)))
