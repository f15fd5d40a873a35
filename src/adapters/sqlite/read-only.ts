import { DatabaseSync } from "node:sqlite"
import { Context, Effect, Layer } from "effect"
import { refuseHalfRestored } from "./backups/restore-files.ts"
import { openReader, sizeOf } from "./connection.ts"
import { DataDirRefused } from "./data-dir-refused.ts"
import { isCut, refusalOf, versionOf } from "./migrations.ts"
import * as schema from "./schema.ts"
import { readSeen } from "./seen.ts"
import { isAsMade } from "./shape.ts"
import { SqliteDatabase, SqliteLog } from "./sqlite-database.ts"
import type { Undone, Writer } from "./writer.ts"

const readOnly: Effect.Effect<never, Undone> = Effect.fail({ stored: "no", code: "read_only" })
/** Whoever has it writes nothing, whatever he is asked for. */
const readOnlyWriter: Writer = { run: () => readOnly, probe: () => readOnly, close: Effect.void }

/** A log to look at. Nobody waits in it for what is not there yet. */
export const readOnlyLog = (log: DatabaseSync): SqliteLog["Service"] => ({
  log,
  writer: readOnlyWriter,
  head: { advance: () => {}, waitBeyond: () => Effect.never }
})

/** Rows can be deleted at any time. Where they are not required, and none can be used, there are rows that know nothing. */
export type RowsNeeded = "required" | "if_usable"

/**
 * The databases of a data directory for whoever only looks: beside a running service, after a crash, or in a copy. Of each one that is missing,
 * damaged, or of another version it is said so; nothing is made or mended. Fails with `DataDirRefused`.
 */
export const sqliteReadOnlyLayer = (
  dataDir: string,
  rows: RowsNeeded = "if_usable"
): Layer.Layer<SqliteDatabase | SqliteLog, DataDirRefused> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const log = yield* openKnown(dataDir, schema.log)
      const database = yield* keysAndRows(dataDir, rows, log)
      return Context.make(SqliteDatabase, database).pipe(Context.add(SqliteLog, readOnlyLog(log)))
    })
  )

/** The same where the log lies elsewhere. */
export const sqliteReadOnlyWithoutLogLayer = (
  dataDir: string,
  rows: RowsNeeded = "if_usable"
): Layer.Layer<SqliteDatabase, DataDirRefused> => Layer.effect(SqliteDatabase, keysAndRows(dataDir, rows))

const keysAndRows = Effect.fnUntraced(function* (dataDir: string, rows: RowsNeeded, log?: DatabaseSync) {
  const vault = yield* openKnown(dataDir, schema.vault)
  const opened = openKnown(dataDir, schema.views)
  const views = yield* rows === "required" ? opened : Effect.catch(opened, () => noRows)
  const seen = yield* Effect.try({
    try: () => readSeen(vault, log),
    catch: (error) => refusalOf(error, schema.vault)
  })
  return { vault, views, writer: readOnlyWriter, freshKeys: new Map(), seen }
})

const noRows = Effect.acquireRelease(
  Effect.sync(() => {
    const db = new DatabaseSync(":memory:")
    for (const step of schema.views.steps) db.exec(step)
    return db
  }),
  (db) => Effect.sync(() => db.close())
)

/** A database with today's schema, to look at. Fails with `DataDirRefused`. */
export const openKnown = (dataDir: string, database: schema.Database) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const { file, steps } = database
        refuseHalfRestored(dataDir)
        if (sizeOf(dataDir, file) === 0) throw new DataDirRefused({ file, reason: "not_there" })
        const db = openReader(dataDir, database)
        try {
          if (versionOf(db, database) < steps.length) throw new DataDirRefused({ file, reason: "older_schema" })
          if (isCut(dataDir, database) || !isAsMade(db, database)) throw new DataDirRefused({ file, reason: "damaged" })
          return db
        } catch (error) {
          db.close()
          throw error
        }
      },
      catch: (error) => {
        const refusal = refusalOf(error, database)
        const { file, reason, code = "" } = refusal
        return reason === "cannot_open" ? new DataDirRefused({ file, reason: "cannot_read", code }) : refusal
      }
    }),
    (db) => Effect.sync(() => db.close())
  )
