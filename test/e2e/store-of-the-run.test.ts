import { existsSync } from "node:fs"
import { join } from "node:path"
import { EventStoreDBClient } from "@eventstore/db-client"
import { afterAll, expect, it } from "vitest"
import { startHeld } from "../support/held-service.ts"
import { usesEventStoreDb } from "../support/log-of-run.ts"
import { startService } from "../support/service.ts"
import type { Env } from "../support/service-program.ts"

/** The types of the events of a registration at the server of its log. */
const typesAtServer = async (env: Env, id: string) => {
  const client = EventStoreDBClient.connectionString(env["EVENTSTOREDB_URL"] ?? "")
  const types: Array<string | undefined> = []
  for await (const { event } of client.readStream(`${env["EVENTSTOREDB_STREAM_PREFIX"]}registration-${id}`))
    types.push(event?.type)
  await client.dispose()
  return types
}
const [program, held] = await Promise.all([startService(), startHeld()])
afterAll(() => Promise.all([program.close(), held.close()]))

it.for([
  ["as a program", program],
  ["in the process of the test", held]
] as const)("a service that is started %s keeps its log where this run says, and nowhere else", async ([, service]) => {
  const { api, env, dataDir } = service
  const { id } = await api.start("store-of-the-run")
  expect(existsSync(join(dataDir, "vault.db"))).toBe(true)
  expect(existsSync(join(dataDir, "log.db"))).toBe(!usesEventStoreDb())
  if (usesEventStoreDb()) expect(await typesAtServer(env, id)).toContain("Requested.v1")
})

it("two services of a run have logs of their own", () => {
  if (usesEventStoreDb()) expect(program.env).toMatchObject({ EVENTSTOREDB_URL: held.env["EVENTSTOREDB_URL"] })
  expect(program.env["EVENTSTOREDB_STREAM_PREFIX"] === held.env["EVENTSTOREDB_STREAM_PREFIX"]).toBe(!usesEventStoreDb())
})
