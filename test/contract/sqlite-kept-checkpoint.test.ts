import { Layer } from "effect"
import { sqliteKeptCheckpointLayer } from "../../src/adapters/sqlite/kept-checkpoint.ts"
import { sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { throwFatal } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { keptCheckpointContract } from "./kept-checkpoint.ts"

const dataDir = temporaryFolder()
keptCheckpointContract("SQLite", () =>
  sqliteKeptCheckpointLayer.pipe(Layer.provide(sqliteDatabaseLayer({ dataDir, onFatal: throwFatal })))
)
