import { Effect, Layer } from "effect"
import { copiedLogLayer } from "../../adapters/sqlite/backups/copied-log.ts"
import { holdsEvent, knownCommits, logTip } from "../../adapters/sqlite/backups/log-tip.ts"
import * as schema from "../../adapters/sqlite/schema.ts"
import { summariseLog } from "../../application/backups/log-summary.ts"
import { logging } from "../logging.ts"
import { attempt, failed } from "./backup-refused.ts"
import { type Connection, copiedFile } from "./copied-file.ts"

/** Whose the log of a copy is and where it ends, once its last events are found to be what was written. */
export const summaryOf = (copy: Connection) =>
  Effect.provide(summariseLog, Layer.merge(copiedLogLayer(copy), logging("silent")))

/** Copies a log. The copy holds at least what was there when it was begun, and what the vault has seen (a position). */
export const copyLog = Effect.fnUntraced(function* (log: Connection, folder: string, seen: number) {
  const before = yield* attempt("log.db cannot be read", () => logTip(log))
  if ((before?.position ?? 0) < seen)
    return yield* failed("log.db ends before what the vault has seen: its WAL is missing, or it was put back alone.")
  const check = Effect.fnUntraced(function* (copy: Connection) {
    const isWhole = yield* attempt("The copy of log.db cannot be read", () => !before || holdsEvent(copy, before))
    if (!isWhole) return yield* failed("The copy of log.db does not hold what log.db holds.")
    return { ...(yield* summaryOf(copy)), commits: knownCommits(copy) }
  })
  return yield* copiedFile(log, folder, schema.log, check)
})
