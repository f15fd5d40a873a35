import "effect/schema/SchemaJITCompiler/enable"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { Effect, ManagedRuntime } from "effect"
import { chain } from "../src/application/history/chain.ts"
import { newId } from "../src/application/history/ids.ts"
import { EventStore, noStream } from "../src/application/ports/event-store.ts"
import { Views } from "../src/application/ports/views.ts"
import { keepRows } from "../src/application/projecting/projection.ts"
import { encodeEvent } from "../src/domain/registration/event-codec.ts"
import { requested } from "../test/support/registration-events.ts"
import { percentile } from "./load.ts"
import { rowsLayer } from "./rows.ts"

const origin = { actor: { kind: "client", id: "bench" }, correlationId: newId() } as const
const box = "x".repeat(900)

const eventsOf = (id: string) => {
  const event = encodeEvent({ ...requested, partnerUserId: id, personal: { ...requested.personal, box } })
  return chain(`registration-${id}`, noStream, [event], origin, Date.now())
}

/** Milliseconds from the moment on when an append was acknowledged until its row was saved, while as many events are appended every second. */
export const run = async (perSecond = 1000, seconds = 10) => {
  const dataDir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  const acknowledged = new Map<string, number>()
  const saved = new Map<string, number>()
  const runtime = ManagedRuntime.make(rowsLayer(dataDir))
  try {
    const views = await runtime.runPromise(Views)
    const watched: Views["Service"] = {
      ...views,
      save: (page) =>
        Effect.tap(views.save(page), () =>
          Effect.sync(() => {
            for (const { id } of page.rows) saved.set(id, performance.now())
          })
        )
    }
    runtime.runFork(Effect.provideService(keepRows, Views, watched))
    const store = await runtime.runPromise(EventStore)
    const append = async () => {
      const id = newId()
      const events = eventsOf(id)
      await Effect.runPromise(store.append(`registration-${id}`, noStream, events))
      acknowledged.set(id, performance.now())
    }
    const since = performance.now()
    const count = perSecond * seconds
    const appends: Array<Promise<void>> = []
    while (appends.length < count) {
      const due = Math.min(count, ((performance.now() - since) / 1000) * perSecond)
      while (appends.length < due) appends.push(append())
      await pause(1)
    }
    await Promise.all(appends)
    const took = (performance.now() - since) / 1000
    while (saved.size < count) await pause(10)
    const lags = [...acknowledged].map(([id, at]) => Math.max(0, (saved.get(id) ?? Number.NaN) - at))
    return {
      perSecond: Math.round(count / took),
      p50: Number(percentile(lags, 50).toFixed(1)),
      p99: Number(percentile(lags, 99).toFixed(1)),
      most: Number(percentile(lags, 100).toFixed(1))
    }
  } finally {
    await runtime.dispose()
    rmSync(dataDir, { recursive: true })
  }
}

if (import.meta.main) console.log(await run())
