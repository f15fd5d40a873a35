import "effect/schema/SchemaJITCompiler/enable"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { openMigrated } from "../src/adapters/sqlite/migrations.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { largePage } from "../src/application/follow.ts"
import { chain } from "../src/application/history/chain.ts"
import { newId } from "../src/application/history/ids.ts"
import { noStream, type Tip, tipOf } from "../src/application/ports/event-store.ts"
import { rebuildViews } from "../src/application/projecting/rebuild-views.ts"
import { encodeEvent, type StoredData } from "../src/domain/registration/event-codec.ts"
import { histories } from "../test/support/registration-events.ts"
import { rowsLayer } from "./rows.ts"
import { residentMiB } from "./stack.ts"

const box = "x".repeat(900)

/** The events of a registration that was issued, of a user of its own, with sealed fields of the usual size. */
const historyOf = (user: number): ReadonlyArray<StoredData> =>
  histories.issued.map((event) => {
    if (event._tag === "Requested")
      return encodeEvent({ ...event, partnerUserId: `user-${user}`, personal: { ...event.personal, box } })
    return encodeEvent(event._tag === "UrlsIssued" ? { ...event, urls: { ...event.urls, box } } : event)
  })

/** So many registrations are under way at once: their events take turns. */
const atOnce = 100

/** Fills a log with whole registrations. */
export const fillLog = (dir: string, count: number) => {
  openMigrated(dir, schema.vault).close()
  const db = openMigrated(dir, schema.log)
  const insert = db.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
  const stream = db.prepare("INSERT INTO streams (name) VALUES (?)")
  const origin = { actor: { kind: "client", id: "bench" }, correlationId: newId() } as const
  for (let events = 0, users = 0; events < count; ) {
    db.exec("BEGIN")
    const open = Array.from({ length: atOnce }, () => {
      const name = `registration-${crypto.randomUUID()}`
      return { name, id: stream.run(name).lastInsertRowid, history: historyOf(users++), tip: noStream as Tip }
    })
    for (let revision = 0; revision < histories.issued.length; revision++)
      for (const one of open) {
        const [event] = chain(one.name, one.tip, one.history.slice(revision, revision + 1), origin, Date.now())
        if (!event) continue
        insert.run(one.id, revision, event.bytes, event.hash)
        one.tip = tipOf(event)
        events++
      }
    db.exec("COMMIT")
  }
  db.close()
}

/** Makes rows and messages of a whole log anew, as the command does it alone. Memory: after a tenth of it, and the most from then on. */
export const run = async (events = 1_000_000) => {
  const dataDir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  try {
    fillLog(dataDir, events)
    const memory = { atFirst: 0, most: 0 }
    const watch = ({ position, end }: { readonly position: number; readonly end: number }) =>
      Effect.sync(() => {
        if (position < end / 10) return
        const mib = Math.round(residentMiB(process.pid))
        memory.atFirst ||= mib
        memory.most = Math.max(memory.most, mib)
      })
    const { count, millis } = await Effect.runPromise(
      rebuildViews(watch, largePage).pipe(Effect.provide(rowsLayer(dataDir)))
    )
    return { events: count, perSecond: Math.round((count / millis) * 1000), ...memory }
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

if (import.meta.main) console.log(await run(Number(process.argv[2] ?? 1_000_000)))
