import { stat, statfs } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import * as schema from "./schema.ts"

const databases = { log: schema.log, vault: schema.vault, views: schema.views }

/** Bytes; undefined when the file is not there. Looks at its name alone: opening it would drop SQLite's locks. */
const sizeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).size
  } catch {
    return undefined
  }
}

const look = async (dir: string) => {
  const { bsize, blocks, bavail } = await statfs(dir)
  const sizes = await Promise.all(
    Object.entries(databases).map(async ([name, { file }]) => ({
      name,
      bytes: await sizeOf(join(dir, file)),
      walBytes: (await sizeOf(join(dir, `${file}-wal`))) ?? 0
    }))
  )
  return {
    databases: sizes.flatMap(({ bytes, ...rest }) => (bytes === undefined ? [] : [{ ...rest, bytes }])),
    disk: { bytes: bsize * blocks, freeBytes: bsize * bavail }
  }
}

/** How large the databases of a data directory are that are there, and how much room is left; fails while the disk does not say. */
export const fileSizes = (dir: string) =>
  Effect.tryPromise({ try: () => look(dir), catch: () => ({ _tag: "DiskUnavailable" }) as const })
