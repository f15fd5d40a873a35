import { statSync } from "node:fs"
import { join } from "node:path"
import { log, vault } from "../adapters/sqlite/schema.ts"
import type { Config } from "./config.ts"

type Directory = Pick<Config, "dataDir">

/** Names and sizes alone are looked at: only SQLite opens these files, and an empty one is a new one to it. */
const missing = ({ dataDir }: Directory): ReadonlyArray<string> =>
  [log, vault].map(({ file }) => file).filter((file) => !statSync(join(dataDir, file), { throwIfNoEntry: false })?.size)

/** Whether a data directory holds a log or a vault. */
export const holdsData = (directory: Directory): boolean => missing(directory).length < 2

/** In production nothing is made in silence: an empty directory is more likely a container without its volume, and half of one a loss. */
export const incompleteInProduction = (config: Directory & Pick<Config, "isProduction">): string | undefined => {
  const files = config.isProduction ? missing(config) : []
  if (files.length === 0) return undefined
  return files.length === 1
    ? `DATA_DIR has lost ${files[0]}, which is missing or empty: restore log.db and vault.db from one backup.`
    : "DATA_DIR holds neither log nor vault. Put the volume that holds them there; for the first start ever, run `npm run certreg -- init` once with this configuration."
}
