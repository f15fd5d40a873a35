import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { eventStoreContract } from "./event-store.ts"

eventStoreContract("SQLite", () => {
  const dataDir = temporaryFolder()
  return {
    layer: sqliteLayer(dataDir),
    cut: async (stream, before) => {
      const log = new DatabaseSync(join(dataDir, "log.db"), { timeout: 10_000 })
      log
        .prepare("DELETE FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision < ?")
        .run(stream, before)
      log.close()
    }
  }
})
