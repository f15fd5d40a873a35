import { readdirSync } from "node:fs"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { erasureLine, readErasures } from "../../src/application/backups/erasure-list.ts"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { Tombstones } from "../../src/application/ports/tombstones.ts"
import { run as erasures } from "../../src/infrastructure/commands/erasures.ts"
import { runCommand } from "../support/run-command.ts"
import { signingKey } from "../support/signing-keys.ts"
import { addSmall } from "../support/small-data.ts"
import { sqliteLayer } from "../support/sqlite.ts"
import { newId } from "../support/stored-events.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const signer = signingKey(1)
const tombstone = () => {
  const content = {
    registrationId: newId(),
    erasedAt: "2026-11-26T10:00:00.000Z",
    erasedBy: "naïve “client”",
    keyFingerprint: "0".repeat(64),
    eventHash: "1".repeat(64)
  }
  const signature = Buffer.from(signer.sign(canonicalJson(content))).toString("base64url")
  return { keyId: newId(), receipt: { ...content, signature, publicKey: signer.publicKey } }
}

it("certreg erasures prints nothing where nothing was erased, and then each receipt, over all pages", async () => {
  const DATA_DIR = temporaryFolder()
  await addSmall(DATA_DIR, 1)
  expect(await runCommand(erasures, [], { DATA_DIR })).toEqual({ code: 0, stdout: "", stderr: "" })

  const destroyed = Array.from({ length: 1100 }, tombstone)
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
