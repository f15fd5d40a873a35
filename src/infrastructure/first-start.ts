import { existsSync } from "node:fs"
import { join } from "node:path"
import { log, vault } from "../adapters/sqlite/schema.ts"
import type { Config } from "./config.ts"

/** Whether a data directory holds a log or a vault. Looks at names alone: only SQLite opens these files. */
export const holdsData = ({ dataDir }: Pick<Config, "dataDir">): boolean =>
  [log, vault].some(({ file }) => existsSync(join(dataDir, file)))

/** In production nothing is made in silence: an empty directory is more likely a container without its volume. */
export const emptyInProduction = (config: Pick<Config, "dataDir" | "isProduction">): string | undefined =>
  config.isProduction && !holdsData(config)
    ? "DATA_DIR holds neither log nor vault. Put the volume that holds them there; for the first start ever, run `npm run certreg -- init` once with this configuration."
    : undefined
