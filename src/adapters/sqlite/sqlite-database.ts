import { mkdirSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { Context, Effect, Layer } from "effect"
import { openReader } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import { type Head, makeHead } from "./head.ts"
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

/** The databases of a data directory, whose only writer is this process. */
export class SqliteDatabase extends Context.Service<
  SqliteDatabase,
  {
    /** Connections that cannot write, for this thread. */
    readonly log: DatabaseSync
    readonly vault: DatabaseSync
    readonly views: DatabaseSync
    readonly writer: Writer
    readonly head: Head
  }
>()("certreg/adapters/sqlite/SqliteDatabase") {}

/** Opens a data directory; its end writes what still waits, and lets the next writer in. */
export const sqliteDatabaseLayer = (options: SqliteOptions): Layer.Layer<SqliteDatabase, DataDirRefused> =>
  Layer.effect(SqliteDatabase, open(options))

const open = Effect.fnUntraced(function* ({ dataDir, onFatal, maxLogPages, telemetry }: SqliteOptions) {
  const cannotOpen = (code: string) => new DataDirRefused({ file: dataDir, reason: "cannot_open", code })
  const attempt = <A>(work: () => A) =>
    Effect.try({ try: work, catch: (error) => (error instanceof DataDirRefused ? error : cannotOpen(codeOf(error))) })
  const opened = (openIt: () => DatabaseSync) =>
    Effect.acquireRelease(attempt(openIt), (db) => Effect.sync(() => db.close()))

  yield* attempt(() => mkdirSync(dataDir, { recursive: true, mode: 0o700 }))
  yield* opened(() => lockDataDir(dataDir))
  const { epoch, head: start } = yield* attempt(() => prepareDatabases(dataDir))
  const head = makeHead(start)
  const writer = yield* Effect.acquireRelease(
    startWriter(
      { dir: dataDir, epoch, ...(maxLogPages === undefined ? {} : { maxLogPages }) },
      { onCommit: head.advance, onFatal, ...(telemetry ? { telemetry } : {}) }
    ).pipe(Effect.mapError(cannotOpen)),
    (writer) => writer.close
  )
  const log = yield* opened(() => openReader(dataDir, schema.log))
  const vault = yield* opened(() => openReader(dataDir, schema.vault))
  const views = yield* opened(() => openReader(dataDir, schema.views))
  return { log, vault, views, writer, head }
})
