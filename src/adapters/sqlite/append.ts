import type { DatabaseSync } from "node:sqlite"
import { type AppendJob, appended, conflict } from "./jobs.ts"

/** Appends inside a transaction of the caller. Nothing is written before it is sure that all of a job will be. */
export const makeAppend = (log: DatabaseSync): ((job: AppendJob) => number) => {
  const newStream = log.prepare("INSERT INTO streams (name) VALUES (?) ON CONFLICT DO NOTHING")
  const insert = log.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
  const tip = log.prepare(
    `SELECT s.id, e.revision, e.hash FROM streams s JOIN events e ON e.stream = s.id
     WHERE s.name = ? ORDER BY e.revision DESC LIMIT 1`
  )
  const kept = log.prepare("SELECT bytes FROM events WHERE stream = ? AND revision = ?")

  const insertAll = (stream: number | bigint, after: number, events: ReadonlyArray<string>) => {
    for (let i = 0; i < events.length; i += 2)
      insert.run(stream, after + 1 + i / 2, events[i] as string, events[i + 1] as string)
    return appended
  }

  /** Whether these very events are there already, whatever came after them. */
  const isRepeat = (stream: number, after: number, events: ReadonlyArray<string>) => {
    for (let i = 0; i < events.length; i += 2) {
      const row = kept.get(stream, after + 1 + i / 2) as { bytes: string } | undefined
      if (row === undefined || idOf(row.bytes) !== idOf(events[i] as string)) return false
    }
    return true
  }

  return ([, name, revision, hash, events]) => {
    if (revision < 0) {
      const { changes, lastInsertRowid } = newStream.run(name)
      if (changes === 1) return insertAll(lastInsertRowid, revision, events)
    }
    const found = tip.get(name) as { id: number; revision: number; hash: string } | undefined
    if (found === undefined) return conflict
    if (found.revision === revision && found.hash === hash) return insertAll(found.id, revision, events)
    return isRepeat(found.id, revision, events) ? appended : conflict
  }
}

const idOf = (bytes: string): unknown => (JSON.parse(bytes) as { id: unknown }).id
