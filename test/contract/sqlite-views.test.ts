import { sqliteLayer } from "../support/sqlite.ts"
import { tempDirs } from "../support/temp-dir.ts"
import { viewsContract } from "./views.ts"

const tempDir = tempDirs()

viewsContract("SQLite", () => sqliteLayer(tempDir()))
