import { cpSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { usersOf } from "../support/api.ts"
import { startEventStoreDb } from "../support/eventstoredb/server-process.ts"
import { checkHistory } from "../support/history.ts"
import { newLogAt } from "../support/log-of-run.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const [data, backup] = [temporaryFolder(), temporaryFolder()]
const server = await startEventStoreDb({ data })
const service = await startService({ env: newLogAt(server.url) })
afterAll(async () => {
  await service.close()
  await server.kill()
})
const { api } = service
const userWith = usersOf("esdb-restored")
// The first poll comes three of these after the start, and nobody waits for a callback: it came before the log was put back.
const env = { ESIGN_TIMEOUT: "2 seconds", VERDICT_POLL_AFTER: "1 hour" }

const copy = (from: string, to: string) => {
  for (const file of readdirSync(to)) rmSync(join(to, file), { recursive: true })
  cpSync(from, to, { recursive: true })
}
/** What the server has, while neither it nor the service runs. */
const atRest = async (work: () => void) => {
  await service.kill()
  await server.kill("SIGTERM")
  work()
  await server.start()
}
const refused = async () => {
  const { code, stdout, stderr } = await runNode("src/infrastructure/main.ts", [], { ...service.env, ...env })
  expect([code, stdout.includes('"listening"')]).toEqual([1, false])
  return stderr
}

const user = userWith()
const { id } = await api.start(user)
await api.until(id, "awaiting_images")
await atRest(() => copy(data, backup))
await service.start()
await api.uploadBoth(id)
const end = await api.until(id, "issued")

it.each([
  [1, /positions beyond the log's end: .*start once with --after-restore/],
  [2, /put back to a state before its last restore.*start once with --after-restore/]
])("a database that was put back is refused, and goes on with --after-restore in epoch %i", async (epoch, sentence) => {
  await atRest(() => copy(backup, data))
  expect(await refused()).toMatch(sentence)
  await service.start(env, ["--after-restore"])
  expect(service.lines()).toContainEqual(expect.objectContaining({ event: "log_restored", epoch }))
  const { certificate, documents } = await api.until(id, "issued")
  expect(certificate?.registrationId).toBe(end.certificate?.registrationId)
  expect([documents.ktp.uploaded, documents.selfie.uploaded]).toEqual([false, false])
  const { id: fresh } = await api.start(userWith())
  await api.uploadBoth(fresh)
  await api.until(fresh, "issued")
  checkHistory(await api.history(id), [0, epoch])
  checkHistory(await api.history(fresh), [epoch])
  const { submissions } = await service.platform(user)
  expect(submissions.map(({ confirmedUnder }) => confirmedUnder.length)).toEqual([1])
  // Nobody has to say it again.
  await service.kill()
  await service.start()
  expect((await api.get(id)).state).toBe("issued")
})

it("another database, or an empty one, is refused whatever is said", async () => {
  await atRest(() => copy(temporaryFolder(), data))
  expect(await refused()).toMatch(/The vault belongs to the log \S+, and there is none here: put the log back/)
})
