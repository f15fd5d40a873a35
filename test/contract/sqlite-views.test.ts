import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { viewsContract } from "./views.ts"
import { viewsPagesContract } from "./views-pages.ts"

viewsContract("SQLite", () => sqliteLayer(temporaryFolder()))
viewsPagesContract("SQLite", () => sqliteLayer(temporaryFolder()))
