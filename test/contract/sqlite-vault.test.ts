import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Layer } from "effect"
import { sqliteKeyRewrapLayer } from "../../src/adapters/sqlite/key-rewrap.ts"
import { sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { sqliteTombstonesLayer } from "../../src/adapters/sqlite/tombstones.ts"
import { sqliteVaultLayer } from "../../src/adapters/sqlite/vault.ts"
import { bytesIn } from "../support/file-bytes.ts"
import { throwFatal } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import type { VaultUnderTest } from "../support/vault-under-test.ts"
import { keyRewrapContract } from "./key-rewrap.ts"
import { tombstonesContract } from "./tombstones.ts"
import { vaultContract } from "./vault.ts"

const make = (): VaultUnderTest => {
  const dataDir = temporaryFolder()
  const change = (sql: string, ...values: ReadonlyArray<string>) => {
    const db = new DatabaseSync(join(dataDir, "vault.db"))
    db.prepare(sql).run(...values)
    db.close()
  }
  return {
    layer: (masterKeys) =>
      Layer.mergeAll(sqliteVaultLayer(masterKeys), sqliteTombstonesLayer, sqliteKeyRewrapLayer(masterKeys)).pipe(
        Layer.provide(sqliteDatabaseLayer({ dataDir, onFatal: throwFatal }))
      ),
    rename: (keyId, to) => change("UPDATE keys SET id = ? WHERE id = ?", to, keyId),
    lose: (keyId) => change("DELETE FROM keys WHERE id = ?", keyId),
    contents: () => bytesIn(dataDir),
    // 40 bytes in base64.
    wrappedIn: (contents) => contents.toString("latin1").match(/[A-Za-z0-9+/]{54}==/g) ?? []
  }
}

vaultContract("SQLite", make)
tombstonesContract("SQLite", make)
keyRewrapContract("SQLite", make)
