import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { registrationListContract } from "./registration-list.ts"

registrationListContract("SQLite", () => sqliteLayer(temporaryFolder()))
