import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { Effect, Layer, Redacted } from "effect"
import { expect, it, onTestFinished } from "vitest"
import { makeKeyWrapping } from "../../src/adapters/sqlite/key-wrapping.ts"
import { sqliteDatabaseLayer } from "../../src/adapters/sqlite/sqlite-database.ts"
import { sqliteVaultLayer } from "../../src/adapters/sqlite/vault.ts"
import type { MasterKeys } from "../../src/application/ports/vault.ts"
import { run } from "../../src/infrastructure/commands/keys.ts"
import { atTheLatest } from "../support/at-the-latest.ts"
import { runCommand } from "../support/run-command.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"
import { type Env, startMain } from "../support/service-program.ts"
import { addSmall } from "../support/small-data.ts"
import { throwFatal } from "../support/sqlite.ts"
import { startableEnv } from "../support/startable-env.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { masterKey, sealNew } from "../support/vault-under-test.ts"

const [old, fresh] = [masterKey(1), masterKey(2)]
const inVariable = (...keys: MasterKeys) => ({
  MASTER_KEY: keys.map((key) => Buffer.from(Redacted.value(key)).toString("base64")).join(",")
})
const program = "src/infrastructure/certreg.ts"

/** Kills the command with its first word. */
const rewrapKilled = async (env: Env) => {
  const file = fileURLToPath(new URL(`../../${program}`, import.meta.url))
  const child = spawn(process.execPath, [file, "keys", "rewrap"], { env, stdio: ["ignore", "pipe", "inherit"] })
  const isOver = atTheLatest(() => void child.kill("SIGKILL"))
  child.stdout.once("data", () => void child.kill("SIGKILL"))
  const [, signal] = await once(child, "close")
  isOver()
  expect(signal).toBe("SIGKILL")
}

/** How many keys of a vault one master key opens, and how many it does not. */
const opened = (dataDir: string, masterKeys: MasterKeys) => {
  const db = new DatabaseSync(join(dataDir, "vault.db"), { readOnly: true })
  const rows = db.prepare("SELECT vault.id AS vaultId, keys.id, wrapped FROM keys, vault").all()
  db.close()
  const { unwrap } = makeKeyWrapping(masterKeys, String(rows[0]?.["vaultId"]))
  const those = rows.filter(({ id, wrapped }) => unwrap(String(id), String(wrapped)) !== undefined).length
  return [those, rows.length - those]
}

it("certreg keys rewrap goes on after a kill, beside the work of the service, until the new master key is enough", async () => {
  const service = await startService({ env: inVariable(old) })
  onTestFinished(() => service.close())
  const { dataDir } = service
  const rewrap = (env: Env) => runNode(program, ["keys", "rewrap"], { ...service.env, ...env })
  await service.api.register("before")
  // The service does not have it yet.
  const tooEarly = await rewrap(inVariable(fresh, old))
  expect(tooEarly).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing was wrapped anew: ") })
  await service.kill()
  const database = sqliteDatabaseLayer({ dataDir, onFatal: throwFatal })
  const vault = sqliteVaultLayer([old]).pipe(Layer.provide(database))
  const many = Effect.all(
    Array.from({ length: 4000 }, () => sealNew),
    { concurrency: "unbounded" }
  )
  await Effect.runPromise(Effect.provide(many, vault))

  // Alone, and not to its end.
  await rewrapKilled({ ...service.env, ...inVariable(fresh, old) })
  expect(opened(dataDir, [old])[0]).toBeGreaterThan(0)
  const refused = await rewrap(inVariable(fresh))
  expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^vault\.db: .*master key/) })

  await service.start(inVariable(fresh, old))
  let isOver = false
  const rewrapping = rewrap({}).finally(() => {
    isOver = true
  })
  for (let n = 0; !isOver; n++) await service.api.register(`meanwhile-${n}`)
  const { code, stdout, stderr } = await rewrapping
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  expect(stdout).toMatch(
    /\nWrapped anew: [\d,]+ keys\. Under the first of the master keys in use: 4,[\d,]+ keys, which are all; the others are not needed any more\.\n$/
  )
  await service.kill()

  const [all, left] = opened(dataDir, [fresh])
  expect(all).toBeGreaterThan(4001)
  expect(left).toBe(0)
  await expect(startMain({ ...service.env, ...inVariable(old) })).rejects.toThrow(/vault\.db: .*master key/)
  await service.start(inVariable(fresh))
  await service.api.register("after")
})

it("certreg keys takes nothing but rewrap, and has nothing to do where there is no data", async () => {
  const DATA_DIR = temporaryFolder()
  for (const args of [[], ["wrap"], ["rewrap", "all"]])
    expect(await runCommand(run, args, { DATA_DIR })).toMatchObject({ code: 2, stdout: "" })
  const nothing = "DATA_DIR holds no data: there is nothing to do."
  expect(await runCommand(run, ["rewrap"], { DATA_DIR })).toMatchObject({ code: 2, stderr: nothing })
})

it("certreg keys says what is wrong where the lock cannot be opened", async () => {
  const DATA_DIR = temporaryFolder()
  await addSmall(DATA_DIR, 1)
  rmSync(join(DATA_DIR, "lock.db"))
  mkdirSync(join(DATA_DIR, "lock.db"))
  const answer = await runCommand(run, ["rewrap"], { ...startableEnv, DATA_DIR })
  expect(answer).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^lock\.db: it cannot be opened/) })
})
