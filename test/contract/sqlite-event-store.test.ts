import { sqliteLayer } from "../support/sqlite.ts"
import { tempDirs } from "../support/temp-dir.ts"
import { eventStoreContract } from "./event-store.ts"

const tempDir = tempDirs()

eventStoreContract("SQLite", () => sqliteLayer(tempDir()))
