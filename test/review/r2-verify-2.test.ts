import { readFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { run } from "../../src/infrastructure/commands/verify.ts"
import { putBack } from "../support/put-back.ts"
import { runCommand } from "../support/run-command.ts"
import { logId, registrations, reported, signedLog } from "../support/signed-log.ts"
import { signingKey } from "../support/signing-keys.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { copyOf, writtenLog } from "../support/verified-log.ts"

const log = await writtenLog()
const verdict = (dataDir: string) => runCommand(run, [], { DATA_DIR: dataDir })

it("a backup whose vault was copied a checkpoint later than its log is good before its first start", async () => {
  const dataDir = copyOf(log.dataDir)
  putBack(log.before, dataDir, "log.db")
  const vault = new DatabaseSync(join(dataDir, "vault.db"))
  vault.exec(`DELETE FROM log; INSERT INTO log (id, epoch, put_back) VALUES ('${logId}', 0, 1)`)
  vault.close()
  expect(await verdict(dataDir)).toMatchObject({ code: 0 })
})

it("docs/audit.md says that verify alone does not tell whose key signed, when log and vault were both made anew", async () => {
  const dataDir = temporaryFolder()
  const stranger = signingKey(9)
  await Effect.gen(function* () {
    const opened = { version: 2, data: { logId, vaultId: "v", esignEnvironment: "custom", signer: stranger.publicKey } }
    const forged = yield* signedLog(stranger, opened)
    for (const stream of registrations(3)) yield* forged.append(stream, [reported])
    yield* forged.checkpoint()
  }).pipe(Effect.provide(sqliteLayer(dataDir)), Effect.runPromise)
  expect(await verdict(dataDir)).toMatchObject({ code: 0 })
  expect(readFileSync("docs/audit.md", "utf8")).toMatch(/Signer:/)
})
