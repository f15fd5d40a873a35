import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { viewsContract } from "./views.ts"

viewsContract("SQLite", () => sqliteLayer(temporaryFolder()))
