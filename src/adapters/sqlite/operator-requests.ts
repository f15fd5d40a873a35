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

const waiting: Report = { state: "waiting" }

const decodeRequest = Schema.decodeUnknownResult(Schema.fromJsonString(OperatorRequest))
const decodeReport = Schema.decodeUnknownSync(Schema.fromJsonString(Report))

const attempt = <A>(operation: string, work: () => A) =>
  Effect.try({
    try: work,
    catch: (error) => new RequestsUnavailable({ operation, code: codeOf(error) })
  })

/** The requests of a data directory. Its file is opened when it is used first, and a failure to do that is one of that use. */
export const makeRequests = (dataDir: string) => {
  let opened: DatabaseSync | undefined
  const db = () => {
    opened ??= openMigrated(dataDir, database)
    return opened
  }
  const close = () => opened?.close()

  /** Answers its id. */
  const ask = (request: OperatorRequest) =>
    attempt("ask", () => {
      const id = randomUUID()
      db()
        .prepare("INSERT INTO requests (id, request, report, is_open, at) VALUES (?, ?, ?, 1, ?)")
        .run(id, JSON.stringify(request), JSON.stringify(waiting), Date.now())
      db()
        .prepare("DELETE FROM requests WHERE is_open = 0 AND at < ?")
        .run(Date.now() - answerKept)
      return id
    })

  const open = attempt("open", () => {
    const rows = db().prepare("SELECT id, request FROM requests WHERE is_open ORDER BY at, rowid").all()
    return rows.flatMap(({ id, request }) => {
      const decoded = decodeRequest(request)
      // One of a later version is left to that.
      return Result.isSuccess(decoded) ? [{ id: String(id), request: decoded.success }] : []
    })
  })

  const report = (id: string, report: Report) =>
    attempt("report", () => {
      const isOpen = report.state === "waiting" || report.state === "running"
      db()
        .prepare("UPDATE requests SET report = ?, is_open = ?, at = ? WHERE id = ?")
        .run(JSON.stringify(report), isOpen ? 1 : 0, Date.now(), id)
    })

  /** How it stands; undefined when nobody knows of it. */
  const reportOf = (id: string) =>
    attempt("reportOf", () => {
      const found = db().prepare("SELECT report FROM requests WHERE id = ?").get(id)
      return found && decodeReport(found["report"])
    })

  return { ask, open, report, reportOf, close }
}

/** For the service. */
export const sqliteOperatorRequestsLayer = (dataDir: string): Layer.Layer<OperatorRequests> =>
  Layer.effect(
    OperatorRequests,
    Effect.acquireRelease(
      Effect.sync(() => makeRequests(dataDir)),
      ({ close }) => Effect.sync(close)
    ).pipe(Effect.map(({ open, report }) => ({ open, report })))
  )
