import { mkdirSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { Context, Effect, Layer } from "effect"
import { BoundedMap } from "../../application/bounded-map.ts"
import type { Seen } from "../../application/ports/tips.ts"
import { openReader } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import { type Head, makeHead } from "./head.ts"
import type { LogPlace } from "./jobs.ts"
import { lockDataDir } from "./lock.ts"
import { prepareDatabases } from "./prepare.ts"
import * as schema from "./schema.ts"
import { codeOf } from "./sqlite-code.ts"
import { startWriter, type Writer, type WriterTelemetry } from "./writer.ts"

export type SqliteOptions = {
  /** Made with mode 0700 if it is not there. */
  readonly dataDir: string
  /** Called once, when nothing can be written any more (`another_writer`, `append_SQLITE_IOERR`, …): the process should end. */
  readonly onFatal: (code: string) => void
  /** Size at which the log counts as full, in pages of 4 KiB; the disk's when absent. */
  readonly maxLogPages?: number
  readonly telemetry?: WriterTelemetry
}

/** Keys and rows of a data directory, whose only writer is this process. */
export class SqliteDatabase extends Context.Service<
  SqliteDatabase,
  {
    /** Connections that cannot write, for this thread. */
    readonly vault: DatabaseSync
    readonly views: DatabaseSync
    readonly writer: Writer
    /** Keys that were just made, so that what is sealed next needs no reading. Destroyed ones leave. */
    readonly freshKeys: Map<string, Buffer>
    /** What log and vault knew of each other before anything was written. */
    readonly seen: Seen
  }
>()("certreg/adapters/sqlite/SqliteDatabase") {}

/** The log beside them, of the same writer. */
export class SqliteLog extends Context.Service<
  SqliteLog,
  {
    /** A connection that cannot write, for this thread. */
    readonly log: DatabaseSync
    readonly writer: Writer
    readonly head: Head
  }
>()("certreg/adapters/sqlite/SqliteLog") {}

/** Opens a data directory; its end writes what still waits, and lets the next writer in. */
export const sqliteDatabaseLayer = (options: SqliteOptions): Layer.Layer<SqliteDatabase | SqliteLog, DataDirRefused> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { database, head } = yield* open(options, "here")
      const log = yield* opened(options.dataDir, () => openReader(options.dataDir, schema.log))
      return Context.make(SqliteDatabase, database).pipe(Context.add(SqliteLog, { log, writer: database.writer, head }))
    })
  )

/** The same for a data directory that holds keys and rows alone: the log lies elsewhere. */
export const sqliteWithoutLogLayer = (options: SqliteOptions): Layer.Layer<SqliteDatabase, DataDirRefused> =>
  Layer.effect(
    SqliteDatabase,
    Effect.map(open(options, "elsewhere"), ({ database }) => database)
  )

const cannotOpen = (dataDir: string) => (code: string) =>
  new DataDirRefused({ file: dataDir, reason: "cannot_open", code })
const attempt = <A>(dataDir: string, work: () => A) =>
  Effect.try({
    try: work,
    catch: (error) => (error instanceof DataDirRefused ? error : cannotOpen(dataDir)(codeOf(error)))
  })
const opened = (dataDir: string, openIt: () => DatabaseSync) =>
  Effect.acquireRelease(attempt(dataDir, openIt), (db) => Effect.sync(() => db.close()))

const open = Effect.fnUntraced(function* (options: SqliteOptions, log: LogPlace) {
  const { dataDir, onFatal, maxLogPages, telemetry } = options
  yield* attempt(dataDir, () => mkdirSync(dataDir, { recursive: true, mode: 0o700 }))
  yield* opened(dataDir, () => lockDataDir(dataDir))
  const { epoch, head: start, seen } = yield* attempt(dataDir, () => prepareDatabases(dataDir, log))
  const head = makeHead(start)
  const writer = yield* Effect.acquireRelease(
    startWriter(
      { dir: dataDir, log, epoch, ...(maxLogPages === undefined ? {} : { maxLogPages }) },
      { onCommit: head.advance, onFatal, ...(telemetry ? { telemetry } : {}) }
    ).pipe(Effect.mapError(cannotOpen(dataDir))),
    (writer) => writer.close
  )
  const vault = yield* opened(dataDir, () => openReader(dataDir, schema.vault))
  const views = yield* opened(dataDir, () => openReader(dataDir, schema.views))
  const freshKeys = new BoundedMap<string, Buffer>(1000)
  return { database: { vault, views, writer, freshKeys, seen }, head }
})
