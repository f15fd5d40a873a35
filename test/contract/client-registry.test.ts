import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Layer } from "effect"
import { apiClientsFile } from "../../src/adapters/clients-file/api-clients-file.ts"
import { clientRegistryFile } from "../../src/adapters/clients-file/client-registry-file.ts"
import { ClientRegistry } from "../../src/application/ports/client-registry.ts"
import { recordedLog } from "../support/recorded-log.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { clientRegistryContract } from "./client-registry.ts"

clientRegistryContract("JSON file", () => {
  const file = join(temporaryFolder(), "clients.json")
  return {
    layer: Layer.merge(
      apiClientsFile(file).pipe(Layer.provide(recordedLog().layer)),
      Layer.sync(ClientRegistry, () => clientRegistryFile(file))
    ),
    contents: () => (existsSync(file) ? readFileSync(file, "utf8") : "")
  }
})
