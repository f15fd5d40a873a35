import { readdirSync } from "node:fs"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { erasureLine, readErasures } from "../../src/application/backups/erasure-list.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { run as erasures } from "../../src/infrastructure/commands/erasures.ts"
import { runCommand } from "../support/run-command.ts"
import { signedTombstone } from "../support/signed-tombstones.ts"
import { addSmall } from "../support/small-data.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

it("certreg erasures prints nothing where nothing was erased, and then each receipt, over all pages", async () => {
  const DATA_DIR = temporaryFolder()
  await addSmall(DATA_DIR, 1)
  expect(await runCommand(erasures, [], { DATA_DIR })).toEqual({ code: 0, stdout: "", stderr: "" })

  const destroyed = Array.from({ length: 1100 }, () => signedTombstone({ id: newId(), keyId: newId() }))
  const destroy = Tombstones.use((tombstones) => tombstones.destroy(destroyed))
  await Effect.runPromise(Effect.provide(destroy, sqliteLayer(DATA_DIR)))
  const { code, stdout } = await runCommand(erasures, [], { DATA_DIR })
  expect([code, stdout.split("\n").sort()]).toEqual([0, destroyed.map(erasureLine).sort()])
  expect(readErasures(`${stdout}\n`)).toMatchObject({ success: { length: 1100 } })
})

it("certreg erasures ends with 2 where there is no vault, and with arguments", async () => {
  const DATA_DIR = temporaryFolder()
  const answer = await runCommand(erasures, [], { DATA_DIR })
  expect(answer).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("vault.db") })
  expect(await runCommand(erasures, ["all"], { DATA_DIR })).toMatchObject({ code: 2, stdout: "" })
  expect(readdirSync(DATA_DIR)).toEqual([])
})
