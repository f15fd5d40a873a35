import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { usersOf } from "../support/api.ts"
import { startService } from "../support/service.ts"
import { comparable, foldHistory } from "./fold-history.ts"
import { checksums, checksumsPath, type HistoryFile, keptChecksums, released } from "./history-files.ts"
import { type Found, otherConfigurations, putBackLog, takenOver, urlsRunOut } from "./lives.ts"
import { usual } from "./scenarios.ts"

// Plays everything that a registration can go through with the real service and the simulator, and keeps the histories under the version of
// package.json. What is kept for a version stays as it is.
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
const folder = new URL(`${version}/`, released)
if (existsSync(folder)) {
  console.error(`The histories of ${version} are kept already, and never changed.`)
  process.exit(1)
}

const day = 86_400_000
const pace = { uploadWindow: 30 * day, verdictPollAfter: 600_000, eraseAfter: 365 * day }
const service = await startService({
  env: {
    ESIGN_TIMEOUT: "1 second",
    VERDICT_POLL_AFTER: "300 millis",
    VERDICT_POLL_MAX: "600 millis",
    RETRY_MAX_DELAY: "300 millis",
    SWEEP_INTERVAL: "200 millis"
  },
  simulator: { lagMs: 400, hangMs: 600_000 }
})
const client = await service.client("keeper", {
  scopes: "registrations:write,audit:read,personal-data:erase",
  tenant: "north"
})
const all = { ...service, api: client }
const user = usersOf("history")

const found: Record<string, ReadonlyArray<string>> = {}
const add = (more: Found) => Object.assign(found, more)
const played = await Promise.allSettled(
  Object.entries(usual).map(async ([name, play]) => add({ [name]: await play(all, user) }))
)
const failures = played.flatMap((one, n) =>
  one.status === "rejected" ? [`${Object.keys(usual)[n]}: ${one.reason}`] : []
)
for (const life of [takenOver, otherConfigurations, urlsRunOut, putBackLog])
  await life(all, user).then(add, (error) => failures.push(`${life.name}: ${error}`))

if (failures.length === 0) {
  mkdirSync(folder, { recursive: true })
  for (const [name, ids] of Object.entries(found)) {
    const histories = await Promise.all(ids.map((id) => client.history(id)))
    const file: HistoryFile = {
      pace,
      registrations: histories.map(({ registration, events }) => ({
        resource: comparable(Object(registration)),
        steps: foldHistory(events as never, pace).steps,
        events: events as never
      }))
    }
    writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(file, null, 1)}\n`)
  }
  const kept = { ...keptChecksums(), ...checksums() }
  writeFileSync(checksumsPath, `${JSON.stringify(kept, null, 2)}\n`)
  console.log(`${Object.keys(found).length} files of ${version}.`)
}
await service.close()
for (const failure of failures) console.error(failure)
process.exit(failures.length > 0 ? 1 : 0)
