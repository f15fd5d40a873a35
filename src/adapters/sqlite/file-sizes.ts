import { stat, statfs } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import * as schema from "./schema.ts"

const databases = { log: schema.log, vault: schema.vault, views: schema.views }

/** Bytes; 0 when the file is not there. Looks at its name alone: opening it would drop SQLite's locks. */
const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

const look = async (dir: string) => {
  const { bsize, blocks, bavail } = await statfs(dir)
  return {
    databases: await Promise.all(
      Object.entries(databases).map(async ([name, { file }]) => ({
        name,
        bytes: await sizeOf(join(dir, file)),
        walBytes: await sizeOf(join(dir, `${file}-wal`))
      }))
    ),
    disk: { bytes: bsize * blocks, freeBytes: bsize * bavail }
  }
}

/** How large the databases of a data directory are, and how much room is left for them; fails while the disk does not say. */
export const fileSizes = (dir: string) =>
  Effect.tryPromise({ try: () => look(dir), catch: () => ({ _tag: "DiskUnavailable" }) as const })
