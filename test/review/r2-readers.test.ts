import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { canonicalJson } from "../../src/application/history/canonical-json.ts"
import { run } from "../../src/infrastructure/commands/verify-export.ts"
import { bytesOf, exportOf, forged, rehash } from "../support/export-case.ts"
import { inNode, inPython } from "../support/export-readers.ts"
import { exportableLog } from "../support/exportable-log.ts"
import { runCommand } from "../support/run-command.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

const folder = temporaryFolder()
let n = 0
const write = (content: string | Uint8Array) => {
  const path = join(folder, `f${n++}`)
  writeFileSync(path, content)
  return path
}
const good = await exportOf(await exportableLog())
const file = write(bytesOf(good))
const key = good.publicKey
const odd = (name: string) => Buffer.from(canonicalJson({ ...JSON.parse(bytesOf(good).toString()), [name]: 1 }) + "\n")
// y = 2 is on no curve point
const offCurve = Buffer.from("302a300506032b6570032100" + "02" + "00".repeat(31), "hex").toString("base64")
const changed = (change: Parameters<typeof forged>[1]) => write(bytesOf(forged(good, change)))
const cases: Record<string, ReadonlyArray<string>> = {
  "a key with a byte order mark": [file, "--key", write(`\uFEFF${key}\n`)],
  "a PEM key with a byte order mark": [file, "--key", write(`\uFEFF-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`)],
  "a key with a no-break space (UTF-8)": [file, "--key", write(`${key}\u00a0`)],
  "a key with a no-break space (Latin-1)": [file, "--key", write(Buffer.from(`${key}\u00a0`, "latin1"))],
  "a key with a line separator": [file, "--key", write(`${key}\u2028`)],
  "a key with a file separator": [file, "--key", write(`${key}\u001c`)],
  "a key with a next line": [file, "--key", write(Buffer.from(`${key}\u0085`, "latin1"))],
  "a key with a vertical tab": [file, "--key", write(`${key}\v\f`)],
  "a key with CRLF": [file, "--key", write(`${key}\r\n`)],
  "a key with half of its marks": [file, "--key", write(`-----END PUBLIC KEY-----${key}`)],
  "a key off the curve": [file, "--key", write(offCurve)],
  "an empty path": ["", "--key", write(key)],
  "an empty key path": [file, "--key", ""],
  "two keys": [file, "--key", write(`${key}${key}`)],
  "a first signer off the curve": [changed((copy) => { copy.signers.first = offCurve }), "--key", write(key)],
  "constructor": [write(odd("constructor")), "--key", write(key)],
  "toString": [write(odd("toString")), "--key", write(key)],
  "hasOwnProperty": [write(odd("hasOwnProperty")), "--key", write(key)],
  "an empty name": [write(odd("")), "--key", write(key)],
  "data an array": [changed((copy) => { (copy.events[6] as any).event.data = []; rehash(copy) }), "--key", write(key)],
  "actor an array": [changed((copy) => { (copy.events[6] as any).event.actor = []; rehash(copy) }), "--key", write(key)],
  "no data": [changed((copy) => { delete (copy.events[6] as any).event.data; rehash(copy) }), "--key", write(key)],
  "causationId null": [changed((copy) => { (copy.events[6] as any).event.causationId = null; rehash(copy) }), "--key", write(key)],
  "proof null": [changed((copy) => { (copy.events[6] as any).proof = null }), "--key", write(key)],
  "proof false": [changed((copy) => { (copy.events[6] as any).proof = false }), "--key", write(key)],
  "count of 16 digits": [changed((copy) => { copy.checkpoints[0]!.note = copy.checkpoints[0]!.note.replace(/count \d+/, "count 1000000000000000") }), "--key", write(key)],
  "signer true": [changed((copy) => { (copy.checkpoints[0] as any).signer = true }), "--key", write(key)],
  "version 1 twice": [changed((copy) => { (copy as any).version = "1" }), "--key", write(key)],
  "note with newline behind": [changed((copy) => { copy.checkpoints[0]!.note += "\n" }), "--key", write(key)],
  "registration id in capitals": [changed((copy) => { (copy as any).registrationId = copy.registrationId.toUpperCase() }), "--key", write(key)],
  "time of Arabic digits": [changed((copy) => { copy.events[6]!.event.recordedAt = "٢٠٢٦-11-26T10:00:00.000Z"; rehash(copy) }), "--key", write(key)],
  "an id with a newline": [changed((copy) => { copy.events[6]!.event.id = "a\nb"; rehash(copy) }), "--key", write(key)]
}
const times = Object.values(cases)
const [node, python, command] = await Promise.all([
  inNode(times),
  inPython(times),
  Promise.all(
    times.map(async (args) => {
      const { code, stdout, stderr } = await runCommand(run, args, {})
      return [code, code === 0 ? stdout : stderr] as const
    })
  )
])
it.each(Object.keys(cases).map((name, i) => [name, i] as const))("all three say the same of %s", (_, i) => {
  const said = [command[i], node[i], python[i]].map((one) => one?.[0])
  expect(said).toEqual([said[0], said[0], said[0]])
})
