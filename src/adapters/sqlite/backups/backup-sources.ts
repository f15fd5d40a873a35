import { Effect } from "effect"
import { sizeOf } from "../connection.ts"
import { DataDirRefused } from "../data-dir-refused.ts"
import type { LogPlace } from "../jobs.ts"
import { openKnown } from "../read-only.ts"
import * as schema from "../schema.ts"

/** Log and vault of a data directory, to be copied: beside a service, after a crash, or with nobody there. Fails with `DataDirRefused`. */
export const openSources = Effect.fnUntraced(function* (dataDir: string, place: LogPlace) {
  const log = place === "here" ? yield* openKnown(dataDir, schema.log) : undefined
  if (!log && sizeOf(dataDir, schema.log.file) > 0)
    return yield* new DataDirRefused({ file: schema.log.file, reason: "other_store" })
  const vault = yield* openKnown(dataDir, schema.vault)
  return { log, vault }
})
