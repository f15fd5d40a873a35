import type { TestProject } from "vitest/node"
import { dockerAnswers } from "../support/docker-engine.ts"
import { notRepeated } from "./not-repeated.ts"
import { openServer, type Server } from "./server.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** The server of this run. */
    readonly eventStoreDb: Server
  }
}

/** Once for a run, before the first test that needs a server of EventStoreDB. */
export const setup = async (project: TestProject) => {
  const { server, words, close } = await openServer({
    given: process.env["EVENTSTOREDB_URL"],
    dockerAnswers,
    container: async () => (await import("./container.ts")).startContainer()
  })
  project.provide("eventStoreDb", server)
  console.log(`${words}.`)
  for (const [file, why] of Object.entries(notRepeated)) console.log(`EventStoreDB: without ${file}: ${why}.`)
  return close
}
