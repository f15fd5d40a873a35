import { randomUUID } from "node:crypto"
import type { DatabaseSync } from "node:sqlite"
import { Effect, Layer, Result, Schema } from "effect"
import {
  OperatorRequest,
  OperatorRequests,
  Report,
  RequestsUnavailable
} from "../../application/ports/operator-requests.ts"
import { openMigrated } from "./migrations.ts"
import type { Database } from "./schema.ts"
import { codeOf } from "./sqlite-code.ts"

/** Written by commands and by the service; whoever comes first makes it, and two of them may at once. */
const database: Database = {
  file: "requests.db",
  applicationId: 0x63727271,
  pragmas: "PRAGMA synchronous = NORMAL;",
  steps: [
    `CREATE TABLE IF NOT EXISTS requests (
       id TEXT PRIMARY KEY,
       request TEXT NOT NULL,
       report TEXT NOT NULL,
       is_open INTEGER NOT NULL,
       at INTEGER NOT NULL
     ) STRICT`
  ]
}

/** Milliseconds that an answer is kept for whoever asked. */
const answerKept = 24 * 3_600_000
/** Milliseconds after which nobody waits any more for a request that was not begun. */
const waitsAtMost = 3_600_000

const waiting = JSON.stringify({ state: "waiting" } satisfies Report)

const decodeRequest = Schema.decodeUnknownResult(Schema.fromJsonString(OperatorRequest))
const decodeReport = Schema.decodeUnknownSync(Schema.fromJsonString(Report))

/** Milliseconds that a use waits for another one's lock: who has others to serve tries again later, and so does a command. */
const lockTimeout = 50

/** The requests of a data directory. */
export const makeRequests = (dataDir: string) => {
  /** Opens the file for each use: where somebody removed it meanwhile, who asks and who serves find each other in a new one. */
  const using = <A>(operation: string, work: (db: DatabaseSync) => A) =>
    Effect.try({
      try: () => {
        const db = openMigrated(dataDir, database, lockTimeout)
        try {
          return work(db)
        } finally {
          db.close()
        }
      },
      catch: (error) => new RequestsUnavailable({ operation, code: codeOf(error) })
    })

  /** Answers its id. */
  const ask = (request: OperatorRequest) =>
    using("ask", (db) => {
      const id = randomUUID()
      db.prepare("INSERT INTO requests (id, request, report, is_open, at) VALUES (?, ?, ?, 1, ?)").run(
        id,
        JSON.stringify(request),
        waiting,
        Date.now()
      )
      db.prepare("DELETE FROM requests WHERE is_open = 0 AND at < ?").run(Date.now() - answerKept)
      return id
    })

  const remove = (db: DatabaseSync, id: string) =>
    db.prepare("DELETE FROM requests WHERE id = ? AND report = ?").run(id, waiting).changes === 1

  const open = using("open", (db) => {
    const since = Date.now() - waitsAtMost
    const rows = db.prepare("SELECT id, request, report, at FROM requests WHERE is_open ORDER BY at, rowid").all()
    return rows.flatMap(({ id, request, report, at }) => {
      const decoded = decodeRequest(request)
      // One of a later version is left to that.
      if (Result.isFailure(decoded)) return []
      if (report === waiting && Number(at) < since && remove(db, String(id))) return []
      return [{ id: String(id), request: decoded.success }]
    })
  })

  /** Takes back what was asked, unless it was begun. Answers whether it did. */
  const withdraw = (id: string) => using("withdraw", (db) => remove(db, id))

  const report = (id: string, report: Report) =>
    using("report", (db) => {
      const isOpen = report.state === "waiting" || report.state === "running"
      const update = db.prepare("UPDATE requests SET report = ?, is_open = ?, at = ? WHERE id = ?")
      return update.run(JSON.stringify(report), isOpen ? 1 : 0, Date.now(), id).changes === 1
    })

  /** How it stands; undefined when nobody knows of it. */
  const reportOf = (id: string) =>
    using("reportOf", (db) => {
      const found = db.prepare("SELECT report FROM requests WHERE id = ?").get(id)
      return found && decodeReport(found["report"])
    })

  return { ask, withdraw, open, report, reportOf }
}

/** For the service. */
export const sqliteOperatorRequestsLayer = (dataDir: string): Layer.Layer<OperatorRequests> =>
  Layer.sync(OperatorRequests, () => {
    const { open, report } = makeRequests(dataDir)
    return { open, report }
  })
