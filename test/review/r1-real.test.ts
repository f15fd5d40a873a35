import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { manifestText, readManifest } from "../../src/application/backups/manifest.ts"
import { usersOf } from "../support/api.ts"
import { logEvents } from "../support/put-back.ts"
import { runNode } from "../support/run-node.ts"
import { startService } from "../support/service.ts"

const userWith = usersOf("r1")

it("a log and a later vault start twice, and once more after they were put back again over what they became", async () => {
  const service = await startService({ env: { CHECKPOINT_INTERVAL: "1 second" } })
  onTestFinished(() => service.close())
  const { api, dataDir, env, tempDir } = service
  const certreg = (...args: ReadonlyArray<string>) => runNode("src/infrastructure/certreg.ts", args, env)
  const eraser = await service.client("eraser", { scopes: "personal-data:erase,audit:read", tenant: "north" })
  const one = await api.start(userWith())
  const [early, late, both] = ["early", "late", "both"].map((name) => join(tempDir, name)) as [string, string, string]
  expect(await certreg("backup", early)).toMatchObject({ code: 0 })
  // Between the copy of the log and that of the vault: an erasure, a registration, a checkpoint.
  const erased = await eraser.send("DELETE", `/v1/registrations/${one.id}/personal-data`)
  expect(erased.status).toBe(200)
  const two = await api.start(userWith())
  await certreg("export", two.id, "--out", join(tempDir, "x"))
  expect(await certreg("backup", late)).toMatchObject({ code: 0 })
  mkdirSync(both)
  cpSync(join(early, "log.db"), join(both, "log.db"))
  cpSync(join(late, "vault.db"), join(both, "vault.db"))
  const [first, second] = [early, late].map((from) => readManifest(readFileSync(join(from, "backup.json"), "utf8")))
  if (!first || !second) throw new Error("no manifest")
  const files = [first.files[0], second.files[1]].filter((file) => file !== undefined)
  writeFileSync(join(both, "backup.json"), manifestText({ ...first, files }))
  const listed = await certreg("erasures")
  writeFileSync(join(tempDir, "list"), listed.stdout)
  await service.kill()
  const epochs: Array<unknown> = []
  for (let n = 0; n < 2; n++) {
    expect(await certreg("restore", both, "--erasures", join(tempDir, "list"))).toMatchObject({ code: 0 })
    await service.start()
    epochs.push(logEvents(dataDir).at(-1)?.data["epoch"])
    const now = await api.get(one.id)
    expect(now).toMatchObject({
      personalData: "erased",
      erasure: (erased.body as { readonly erasure: object }).erasure
    })
    await service.kill()
    await service.start()
    expect(logEvents(dataDir).at(-1)?.data["epoch"]).toBe(epochs.at(-1))
    await api.start(userWith())
    expect(await certreg("verify")).toMatchObject({ code: 0 })
    await service.kill()
  }
  expect(Number(epochs[1])).toBeGreaterThan(Number(epochs[0]))
  expect(readdirSync(dataDir).filter((name) => name.startsWith("before-restore")).length).toBe(2)
})
