import { renameSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { syncFile, syncFolder } from "../../adapters/files/durable.ts"
import { measureFile } from "../../adapters/files/measure.ts"
import { copyDatabase, openCopy } from "../../adapters/sqlite/backups/copy-database.ts"
import type { Database } from "../../adapters/sqlite/schema.ts"
import { attempt } from "./backup-refused.ts"

export type Connection = ReturnType<typeof openCopy>

/** Copies a database into a file of a folder. It gets its name once it is durable and `check` has found it good. */
export const copiedFile = Effect.fnUntraced(function* <A, E>(
  source: Connection,
  folder: string,
  database: Database,
  check: (copy: Connection) => Effect.Effect<A, E>
) {
  const name = database.file
  const partial = `${name}.partial`
  const path = join(folder, partial)
  yield* attempt(`${name} cannot be copied`, () => {
    copyDatabase(source, folder, partial)
    syncFile(path)
  })
  const summary = yield* Effect.acquireUseRelease(
    attempt(`The copy of ${name} cannot be opened`, () => openCopy(folder, database, partial)),
    check,
    (copy) => Effect.sync(() => copy.close())
  )
  const measured = yield* attempt(`The copy of ${name} cannot be read`, () => {
    const measured = measureFile(path)
    renameSync(path, join(folder, name))
    syncFolder(folder)
    return measured
  })
  return { summary, file: { name, ...measured } }
})
