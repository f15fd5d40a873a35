import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { eventStoreContract } from "./event-store.ts"

eventStoreContract("SQLite", () => sqliteLayer(temporaryFolder()))
