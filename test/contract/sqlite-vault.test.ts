import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Layer } from "effect"
import { sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { sqliteVaultLayer } from "../../src/adapters/sqlite/vault.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { throwFatal } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { vaultContract } from "./vault.ts"

vaultContract("SQLite", () => {
  const dataDir = temporaryFolder()
  const change = (sql: string, ...values: ReadonlyArray<string>) => {
    const db = new DatabaseSync(join(dataDir, "vault.db"))
    db.prepare(sql).run(...values)
    db.close()
  }
  return {
    layer: (masterKeys) =>
      sqliteVaultLayer(masterKeys).pipe(Layer.provide(sqliteDatabaseLayer({ dataDir, onFatal: throwFatal }))),
    rename: (keyId, to) => change("UPDATE keys SET id = ? WHERE id = ?", to, keyId),
    lose: (keyId) => change("DELETE FROM keys WHERE id = ?", keyId),
    contents: () => bytesIn(dataDir)
  }
})
