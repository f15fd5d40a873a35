import { statSync } from "node:fs"
import { join } from "node:path"
import { type Database, log, vault } from "../adapters/sqlite/schema.ts"
import type { Config } from "./config.ts"

type Directory = Pick<Config, "dataDir">

/** Names and sizes alone are looked at: only SQLite opens these files, and an empty one is a new one to it. */
const isThere = ({ dataDir }: Directory, { file }: Database): boolean =>
  (statSync(join(dataDir, file), { throwIfNoEntry: false })?.size ?? 0) > 0

/** Whether a data directory holds a log: it is made last, and `init` makes it once. */
export const holdsLog = (directory: Directory): boolean => isThere(directory, log)

export const holdsData = (directory: Directory): boolean => isThere(directory, log) || isThere(directory, vault)

const missing = { sqlite: "neither log nor vault", eventstoredb: "no vault" } as const

/** In production nothing is made in silence: an empty directory is more likely a container without its volume. */
export const emptyInProduction = (
  config: Directory & Pick<Config, "isProduction"> & { readonly eventStore: Pick<Config["eventStore"], "kind"> }
): string | undefined =>
  config.isProduction && !holdsData(config)
    ? `DATA_DIR holds ${missing[config.eventStore.kind]}. Put its volume in place; for the first start ever, run \`npm run certreg -- init\` once with this configuration.`
    : undefined
