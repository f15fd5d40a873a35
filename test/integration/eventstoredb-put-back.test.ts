import { cpSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { EventStoreDBClient, jsonEvent } from "@eventstore/db-client"
import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { eventually } from "../support/eventually.ts"
import { newLogAt } from "../support/log-of-run.ts"
import { readinessOf } from "../support/readiness.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const [data, backup] = [temporaryFolder(), temporaryFolder()]
const server = await startEventStoreDb({ data })
const service = await startService({ env: newLogAt(server.url) })
const client = EventStoreDBClient.connectionString(server.url)
afterAll(async () => {
  await client.dispose()
  await service.close()
  await server.kill()
})
const { api } = service
const userWith = usersOf("esdb-put-back")
// What is open is reconciled three of these after the start.
const env = { ESIGN_TIMEOUT: "2 seconds" }

const copy = (from: string, to: string) => {
  for (const file of readdirSync(to)) rmSync(join(to, file), { recursive: true })
  cpSync(from, to, { recursive: true })
}
const serverAtRest = async (work: () => void) => {
  await server.kill("SIGTERM")
  work()
  await server.start()
}
/** While the server is away it is asked again. */
const register = () =>
  eventually("a registration", async () => {
    const answer = await api.start(userWith()).catch(() => undefined)
    return answer?.id
  })
const problemOfProjection = async () =>
  (await readinessOf(service)).problems.find(({ operation }) => operation === "projection")
const refused = async () => {
  const { code, stderr } = await runNode("src/infrastructure/main.ts", [], service.env)
  expect(code).toBe(1)
  return stderr
}
const beyondEnd = /positions beyond the log's end: .*start once with --after-restore/

await api.until(await register(), "awaiting_images")
await serverAtRest(() => copy(data, backup))

it("a database that is put back under a running service is a problem of its projection until it is started anew", async () => {
  await api.until(await register(), "awaiting_images")
  await serverAtRest(() => copy(backup, data))
  await eventually("the problem", problemOfProjection)
  const accepted = [await register(), await register(), await register()]
  const problem = await eventually("what to do about it", async () => {
    const found = await problemOfProjection()
    return found?.detail.includes("log_put_back") && found
  })
  expect(problem).toEqual({
    dependency: "eventStore",
    operation: "projection",
    since: expect.any(String),
    detail: expect.stringMatching(/stop it, and start it once with --after-restore\.$/)
  })
  expect((await readinessOf(service)).http).toBe(200)

  // By now the log ends beyond the position of the rows.
  await service.kill("SIGTERM")
  expect(await refused()).toMatch(beyondEnd)
  await service.start(env, ["--after-restore"])
  for (const id of accepted) await api.until(id, "awaiting_images")
  expect(await problemOfProjection()).toBeUndefined()
})

it("a database that was put back is recognised although others have written to it since", async () => {
  await service.kill("SIGTERM")
  await serverAtRest(() => copy(data, backup))
  await service.start()
  await api.until(await register(), "awaiting_images")
  await service.kill("SIGTERM")
  await serverAtRest(() => copy(backup, data))
  for (let n = 0; n < 20; n++)
    await client.appendToStream("orders", jsonEvent({ type: "Ordered", data: { n, text: "x".repeat(400) } }))
  expect(await refused()).toMatch(beyondEnd)
  await service.start(env, ["--after-restore"])
  await api.until(await register(), "awaiting_images")
})
