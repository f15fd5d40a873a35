import { hash } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

/** Something done to a log while no process has it. */
const onLog = <A>(dataDir: string, work: (log: DatabaseSync) => A): A => {
  const log = new DatabaseSync(join(dataDir, "log.db"))
  try {
    return work(log)
  } finally {
    log.close()
  }
}

const ofStream = "stream = (SELECT id FROM streams WHERE name = ?)"

/** Which events are there of a stream, by revision and hash. */
export const eventsIn = (dataDir: string, stream: string): ReadonlyArray<unknown> =>
  onLog(dataDir, (log) =>
    log.prepare(`SELECT revision, hash FROM events WHERE ${ofStream} ORDER BY revision`).all(stream)
  )

/** Deletes the events of a stream that `where` names. */
export const loseEvents = (dataDir: string, stream: string, where: string): void =>
  onLog(dataDir, (log) => {
    const { changes } = log.prepare(`DELETE FROM events WHERE ${ofStream} AND ${where}`).run(stream)
    if (changes === 0) throw new Error(`no event of ${stream} where ${where}`)
  })

export const loseName = (dataDir: string, stream: string): void =>
  onLog(dataDir, (log) => void log.prepare("DELETE FROM streams WHERE name = ?").run(stream))

/** So many events of a stream that is nobody's registration, after all others. */
export const appendFiller = (dataDir: string, count: number): void =>
  onLog(dataDir, (log) => {
    log.exec("BEGIN")
    const { lastInsertRowid } = log.prepare("INSERT INTO streams (name) VALUES ('filler')").run()
    const insert = log.prepare("INSERT INTO events (stream, revision, bytes, hash) VALUES (?, ?, ?, ?)")
    let previousHash = "0".repeat(64)
    for (let revision = 0; revision < count; revision++) {
      const bytes = JSON.stringify({ stream: "filler", revision, type: "Noted", version: 1, previousHash })
      previousHash = hash("sha256", bytes)
      insert.run(lastInsertRowid, revision, bytes, previousHash)
    }
    log.exec("COMMIT")
  })
