import { statfsSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"

/** Bytes that a database holds; a copy has no more. */
export const bytesOf = (db: DatabaseSync): number =>
  Number(
    db
      .prepare(
        "SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
      )
      .get()?.["bytes"]
  )

/** Bytes that are free where a folder is. */
export const freeBytes = (folder: string): number => {
  const { bsize, bavail } = statfsSync(folder)
  return bsize * bavail
}
