import { Layer } from "effect"
import { sqlitePublisherCheckpointLayer } from "../../src/adapters/sqlite/publisher-checkpoint.ts"
import { deleteViews } from "../support/delete-views.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { publisherCheckpointContract } from "./publisher-checkpoint.ts"

const dataDir = temporaryFolder()
publisherCheckpointContract(
  "SQLite",
  () => sqlitePublisherCheckpointLayer.pipe(Layer.provide(sqliteLayer(dataDir))),
  () => deleteViews(dataDir)
)
