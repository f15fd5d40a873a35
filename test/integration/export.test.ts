import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { checkpointStream } from "../../src/application/history/ids.ts"
import { run } from "../../src/infrastructure/commands/export.ts"
import { run as verifyExport } from "../../src/infrastructure/commands/verify-export.ts"
import { runCommand } from "../support/run-command.ts"
import { signingKey } from "../support/signing-keys.ts"
import type { Tampering } from "../support/tampering.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"
import { tampered, writtenLog } from "../support/verified-log.ts"

const { dataDir, streams } = await writtenLog()
const [open = "", covered = ""] = [streams[0], streams[29]]
const idOf = (stream: string) => stream.slice("registration-".length)
const id = idOf(covered)
const folder = temporaryFolder()
const key = join(folder, "key")
writeFileSync(key, signingKey(2).publicKey)

const exporting = (DATA_DIR: string, ...args: ReadonlyArray<string>) => runCommand(run, args, { DATA_DIR })
const verifying = (...args: ReadonlyArray<string>) => runCommand(verifyExport, args, {})

it("exports a registration into a new file, for its owner alone, and overwrites none", async () => {
  const file = join(folder, "one.json")
  expect(await exporting(dataDir, id, "--output", file)).toEqual({
    code: 0,
    stdout: `Exported: 60 events of registration ${id}, all of them proven.`,
    stderr: ""
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await verifying(file, "--key", key)).toMatchObject({ code: 0 })
  const bytes = readFileSync(file)
  expect(await exporting(dataDir, idOf(open), "--output", file)).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "There is something already where --output points: it is not overwritten."
  })
  expect(readFileSync(file).equals(bytes)).toBe(true)
  expect((await exporting(dataDir, id)).stdout).toBe(bytes.toString().trimEnd())
})

it("says of which events nobody signed anything yet, and exports them", async () => {
  const file = join(folder, "open.json")
  const said = "not everything is proven: no checkpoint covers revision 60 and what follows."
  expect(await exporting(dataDir, idOf(open), "--output", file)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `Exported, but ${said} Export it again when the service has signed.`
  })
  expect(await verifying(file, "--key", key)).toMatchObject({ code: 2, stderr: `N${said.slice(1)}` })
  const { code, stdout, stderr } = await exporting(dataDir, idOf(open))
  expect([code, stdout]).toEqual([1, readFileSync(file, "utf8").trimEnd()])
  expect(stderr).toContain(said)
})

it.each([
  [[], "Usage: certreg"],
  [[id, "--output", ""], "Usage: certreg"],
  [[id, id], "Usage: certreg"],
  [[id, "--key", "x"], "Usage: certreg"],
  [["one"], "The id of a registration is a UUID."],
  [["01939d5e-0000-7000-8000-000000000000"], "The log holds no registration with this id."]
])("refuses %j", async (args, says) => {
  const { code, stdout, stderr } = await exporting(dataDir, ...args)
  expect([code, stdout, stderr.slice(0, says.length)]).toEqual([2, "", says])
})

it("says where there is nothing to read, and where the file cannot be written", async () => {
  expect(await exporting(temporaryFolder(), id)).toMatchObject({ code: 2, stdout: "" })
  const nowhere = join(folder, "nothing-there", "one.json")
  expect(await exporting(dataDir, id, "--output", nowhere)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "The file cannot be written (ENOENT)."
  })
})

const at = (revision: number, stream = covered) => `The event at revision ${revision} of the stream ${stream}`
const others = (revision: number) =>
  `The events that the checkpoint at revision ${revision} of the stream ${checkpointStream} covers are not those that were signed.`

describe("hands out nothing, and says where, after somebody", () => {
  it.each<readonly [what: string, work: (by: Tampering) => unknown, says: string]>([
    [
      "changed a byte",
      ({ replace }) => replace(covered, 20, "PROCESSING", "VALIDATING"),
      `${at(20)} proves nothing: its hash is not that of its content.`
    ],
    [
      "changed an event and its hash",
      ({ rewrite }) => rewrite(covered, 20, (one) => ({ ...one, data: {} })),
      others(1)
    ],
    ["made the chain anew", ({ rewriteAll }) => rewriteAll(covered, 20, (one) => ({ ...one, data: {} })), others(1)],
    ["took an event away", ({ drop }) => drop(covered, "revision = 20"), `${at(20)} is missing.`],
    ["took another registration's event away", ({ drop }) => drop(open, "revision = 20"), others(1)],
    ["moved events on", ({ shift }) => shift(1, 700), others(1)],
    [
      "took a checkpoint away",
      ({ drop }) => drop(checkpointStream, "revision = 1"),
      `${at(1, checkpointStream)} is missing.`
    ],
    [
      "changed a checkpoint",
      ({ rewrite }) =>
        rewrite(checkpointStream, 1, (one) => ({ ...one, data: { ...one.data, previous: "0".repeat(64) } })),
      others(3)
    ],
    [
      "took the signers' change away",
      ({ drop }) => drop(checkpointStream, "revision = 2"),
      `${at(2, checkpointStream)} is missing.`
    ]
  ])("%s", async (_, work, says) => {
    const target = temporaryFolder()
    const file = join(target, "one.json")
    expect(await exporting(tampered(dataDir, work), id, "--output", file)).toEqual({
      code: 1,
      stdout: "",
      stderr: says
    })
    expect([existsSync(file), readdirSync(target)]).toEqual([false, []])
  })
})
