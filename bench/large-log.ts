import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { openReader, openWriter } from "../src/adapters/sqlite/connection.ts"
import * as schema from "../src/adapters/sqlite/schema.ts"
import { chain } from "../src/application/history/chain.ts"
import { newId } from "../src/application/history/ids.ts"
import { noStream } from "../src/application/ports/event-store.ts"
import { encodeEvent } from "../src/domain/registration/event-codec.ts"
import { histories } from "../test/support/registration-events.ts"
import { measure, silentPlatform } from "./accept.ts"
import { median } from "./rounds.ts"
import { residentMiB, startStack } from "./stack.ts"

/** A registration that was withdrawn at once: two events, and nothing is due. */
const history = histories.withdrawnEarly.map((event) => {
  const box = "x".repeat(900)
  return encodeEvent(event._tag === "Requested" ? { ...event, personal: { ...event.personal, box } } : event)
})
const origin = { actor: { kind: "client", id: "bench" }, correlationId: newId() } as const

const fill = (dataDir: string, registrations: number) => {
  const db = openWriter(dataDir, schema.log)
  const insert = db.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
  const stream = db.prepare("INSERT INTO streams (name) VALUES (?)")
  for (let done = 0; done < registrations; ) {
    db.exec("BEGIN")
    for (const end = Math.min(done + 10_000, registrations); done < end; done++) {
      const name = `registration-${crypto.randomUUID()}`
      const { lastInsertRowid } = stream.run(name)
      for (const { revision, bytes, hash } of chain(name, noStream, history, origin, Date.now()))
        insert.run(lastInsertRowid, revision, bytes, hash)
    }
    db.exec("COMMIT")
  }
  db.close()
}

/** Waits until the rows of the projection are those of the log. */
const caughtUp = async (dataDir: string) => {
  const log = openReader(dataDir, schema.log)
  const views = openReader(dataDir, schema.views)
  const last = log.prepare("SELECT max(position) AS position FROM events")
  const position = views.prepare("SELECT position FROM generations NATURAL JOIN live")
  while ((last.get()?.["position"] ?? 0) !== position.get()?.["position"]) await pause(250)
  log.close()
  views.close()
}

/** A data directory that a service opened once, with that many registrations in it. */
export const filled = async (registrations: number) => {
  const dataDir = mkdtempSync(join(tmpdir(), "certreg-bench-"))
  await (await startStack(false, { ...silentPlatform, dataDir })).stop()
  fill(dataDir, registrations)
  const stack = await startStack(false, { ...silentPlatform, dataDir })
  await caughtUp(dataDir)
  await stack.stop()
  return dataDir
}

/**
 * How long a start on a large log takes until the service listens, and its memory then; and the CPU of an accepted registration with
 * many stored, against the same with few.
 */
export const run = async (rounds = 3, [few, many] = [1000, 1_000_000]) => {
  const dirs = { few: await filled(few), many: await filled(many) }
  const small = await startStack(false, { ...silentPlatform, dataDir: dirs.few })
  const large = await startStack(false, { ...silentPlatform, dataDir: dirs.many })
  const mib = residentMiB(large.service.pid)
  const results: Array<{ readonly small: number; readonly large: number }> = []
  for (let round = 0; round <= rounds; round++) {
    const result = {
      small: (await measure(small.url, small.key, small.service.pid)).micros,
      large: (await measure(large.url, large.key, large.service.pid)).micros
    }
    if (round > 0) results.push(result)
  }
  await small.stop()
  await large.stop()
  for (const dir of Object.values(dirs)) rmSync(dir, { recursive: true })
  return {
    events: many * history.length,
    startMillis: Math.round(large.service.startMillis),
    mib: Math.round(mib),
    few: Math.round(median(results.map(({ small }) => small))),
    many: Math.round(median(results.map(({ large }) => large))),
    ratio: Number(median(results.map((result) => result.large / result.small)).toFixed(2))
  }
}

if (import.meta.main) console.log(await run())
