import "effect/schema/SchemaJITCompiler/enable"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { openReader } from "../src/adapters/sqlite/connection.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { largePage } from "../src/application/follow.ts"
import { rebuildViews } from "../src/application/projecting/rebuild-views.ts"
import { replay } from "../src/application/replaying/replay.ts"
import { readingStores } from "../src/infrastructure/reading.ts"
import { replayInParts, threadsFor } from "../src/infrastructure/replay-in-parts.ts"
import { fillLog } from "./rebuild.ts"
import { median } from "./rounds.ts"
import { rowsLayer } from "./rows.ts"
import { residentMiB } from "./stack.ts"

const page = 1000

/** What the command has to read at least, and nothing made of it: events, messages and rows, each parsed but for the messages, which are compared as texts. Answers events a second. */
const readAll = (dataDir: string): number => {
  const log = openReader(dataDir, schema.log)
  const views = openReader(dataDir, schema.views)
  const began = performance.now()
  const inPages = (db: typeof log, source: string, key: string, condition = "true") => {
    const read = db.prepare(
      `SELECT ${key} AS place, ${source} WHERE ${condition} AND ${key} > ? ORDER BY ${key} LIMIT ${page}`
    )
    let count = 0
    for (let after = 0; ; ) {
      const rows = read.all(after)
      if (rows.length === 0) return count
      for (const { json } of rows) if (json !== undefined) JSON.parse(String(json))
      count += rows.length
      after = Number(rows.at(-1)?.["place"])
    }
  }
  const events = inPages(log, "bytes AS json, hash FROM events", "position")
  const live = "generation = (SELECT generation FROM live)"
  inPages(views, "json AS text, tenant, registration_id FROM messages", "position", live)
  inPages(views, "state AS json, id, revision FROM registrations", "rowid")
  const perSecond = (events / (performance.now() - began)) * 1000
  log.close()
  views.close()
  return perSecond
}

/** `certreg replay` over a log of whole registrations. Memory: after a tenth of it, and the most from then on. */
export const run = async (events = 500_000, rounds = 3) => {
  const dataDir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  try {
    const log = { dataDir, eventStore: { kind: "sqlite" } } as const
    fillLog(dataDir, events)
    await Effect.runPromise(
      rebuildViews(() => Effect.void, largePage).pipe(Effect.provide(rowsLayer(dataDir)), Effect.scoped)
    )
    const memory = { atFirst: 0, most: 0 }
    let round = 0
    const watch = ({ done = 0, of = 0 }) =>
      Effect.sync(() => {
        // In the round that is not timed: to look costs time.
        if (round > 0 || done < of / 10) return
        const mib = Math.round(residentMiB(process.pid))
        memory.atFirst ||= mib
        memory.most = Math.max(memory.most, mib)
      })
    const results: Array<{ readonly product: number; readonly raw: number }> = []
    for (; round <= rounds; round++) {
      const raw = readAll(dataDir)
      const began = performance.now()
      const { events: count, differences } = await Effect.runPromise(
        replay((end) => replayInParts(log, end, threadsFor(log, end), watch)).pipe(
          Effect.provide(readingStores(log, "required"))
        )
      )
      if (differences.total > 0) throw new Error(`${differences.total} differences`)
      if (round > 0) results.push({ product: (count / (performance.now() - began)) * 1000, raw })
    }
    return {
      events,
      product: Math.round(median(results.map(({ product }) => product))),
      raw: Math.round(median(results.map(({ raw }) => raw))),
      ratio: Number(median(results.map(({ product, raw }) => product / raw)).toFixed(2)),
      ...memory
    }
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

if (import.meta.main) console.log(await run(Number(process.argv[2] ?? 500_000)))
