import { readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { mostExportBytes } from "../../src/application/proof/exporting/export-format.ts"
import { run } from "../../src/infrastructure/commands/verify-export.ts"
import { type ExportCase, exportOf } from "../support/export-case.ts"
import { exportCases } from "../support/export-cases.ts"
import { inNode, inPython, noPython, type Reader } from "../support/export-readers.ts"
import { exportableLog } from "../support/exportable-log.ts"
import { mutatedExports } from "../support/mutated-exports.ts"
import { runCommand } from "../support/run-command.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const folder = temporaryFolder()
const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const pem = (key: string) => `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`

const cases = await exportCases()
const good = await exportOf(await exportableLog())
const goodFile = write("good.json", cases[0]?.bytes ?? "")
const keyFile = write("key.pem", pem(good.publicKey))

/** The arguments for a case, whose files are written. */
const argsFor = ({ bytes, key }: Pick<ExportCase, "bytes" | "key">, n: number): ReadonlyArray<string> => {
  const file = write(`case-${n}.json`, bytes)
  return key === undefined ? [file] : [file, "--key", write(`case-${n}.key`, key)]
}
const ofCases = cases.map(argsFor)

const large = write("large.json", "")
truncateSync(large, mostExportBytes + 1)
/** What is no question of the export. */
const unreadable: ReadonlyArray<ReadonlyArray<string>> = [
  [join(folder, "nothing-there")],
  [folder],
  [large, "--key", keyFile],
  [goodFile, "--key", join(folder, "nothing-there")],
  [goodFile, "--key", goodFile],
  [goodFile, "--key", write("empty.key", "")]
]
const misused: ReadonlyArray<ReadonlyArray<string>> = [
  [],
  [goodFile, keyFile],
  [goodFile, "--key"],
  [goodFile, "--kee", keyFile],
  [goodFile, "--key", keyFile, "more"]
]
const bytes = (text: string) => Buffer.from(text, "latin1")
/** Keys that are spelt in other ways: what comes before and after the base64 of one is ASCII white space, or it is none. */
const spelt = (
  [
    [0, `${good.publicKey}\r\n`],
    [0, ` ${good.publicKey}\t\v\f`],
    [0, `-----END PUBLIC KEY-----${good.publicKey}`],
    [2, `\uFEFF${good.publicKey}`],
    [2, `\uFEFF${pem(good.publicKey)}`],
    [2, `${good.publicKey}\u00a0`],
    [2, `${good.publicKey}\u2028`],
    [2, bytes(`${good.publicKey}\xa0`)],
    [2, bytes(`${good.publicKey}\x85`)],
    [2, `${good.publicKey}\u001c`],
    [2, `${good.publicKey}${good.publicKey}`]
  ] as const
).map(([code, key], n) => ({ code, args: [goodFile, "--key", write(`spelt-${n}.key`, key)] }))
const mutated = mutatedExports(good, 300, 9).map((bytes, n) => [write(`mutant-${n}.json`, bytes), "--key", keyFile])
/** The one in the documentation, which stays what it is. */
const docs = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
const example = [docs("example.export"), "--key", docs("example.key")]
const all = [...ofCases, ...spelt.map(({ args }) => args), ...unreadable, ...mutated, example]

const asCommand: Reader = (times) =>
  Promise.all(
    times.map(async (args) => {
      const { code, stdout, stderr } = await runCommand(run, args, {})
      return [code, code === 0 ? stdout : stderr] as const
    })
  )
const expected = await asCommand(all)

describe("certreg verify-export", () => {
  it("says of each file what it is", () => {
    for (const [n, { name, code, says }] of cases.entries()) {
      const [found, sentence] = expected[n] ?? []
      expect([name, found, sentence?.slice(0, says.length)]).toEqual([name, code, says])
    }
  })

  it("takes a key however its file was kept, and no other", () => {
    const said = expected.slice(ofCases.length).map(([code]) => code)
    expect(said.slice(0, spelt.length)).toEqual(spelt.map(({ code }) => code))
  })

  it("says what cannot be read, and never proves what was changed anywhere", async () => {
    const rest = expected.slice(ofCases.length + spelt.length)
    for (const [code] of rest.slice(0, unreadable.length)) expect(code).toBe(2)
    expect(rest.pop()?.[0]).toBe(0)
    for (const [n, [code, sentence]] of rest.slice(unreadable.length).entries())
      expect([1, "Contradiction"], mutated[n]?.[0]).toEqual([code, sentence.slice(0, 13)])
    for (const [code, sentence] of await asCommand(misused))
      expect([code, sentence.slice(0, 14)]).toEqual([2, "Usage: certreg"])
  })
})

const readers: ReadonlyArray<readonly [name: string, reader: Reader, isThere: boolean]> = [
  ["verify-export.mjs", inNode, true],
  ["verify-export.py", inPython, noPython === undefined]
]
if (noPython !== undefined) console.log(noPython)

describe.each(readers)("docs/%s, written after the same page,", (name, reader, isThere) => {
  it.runIf(isThere)("says the same of every file", { timeout: 240_000 }, async () => {
    const said = await reader([...all, ...misused])
    for (const [n, [file]] of all.entries()) expect([file, said[n]]).toEqual([file, expected[n]])
    for (const [code, sentence] of said.slice(all.length))
      expect([code, sentence]).toEqual([2, "Usage: verify-export FILE [--key FILE]"])
  })

  it("has fewer than 150 lines", () => {
    expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8").split("\n").length).toBeLessThanOrEqual(
      150
    )
  })
})
