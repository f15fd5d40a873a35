import type { RegistrationExport } from "../../src/application/proof/exporting/export-format.ts"
import { bytesOf, type ExportCase } from "./export-case.ts"

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels)

/** Spellings of a good export, and files that are none: whoever reads them could read them differently. */
export const forgedJson = (file: RegistrationExport): ReadonlyArray<ExportCase> => {
  const good = bytesOf(file).toString()
  const inData = (member: string) => good.replace('"data":{', `"data":{${member},`)
  const first = `"position":${file.events[0]?.position}`
  const changed = (from: string, to: string) => good.replace(from, to)
  const texts: Readonly<Record<string, string>> = {
    nothing: "",
    "no JSON": "an export",
    null: "null\n",
    "no object": "[]\n",
    "cut short": good.slice(0, -40),
    "without its newline": good.trimEnd(),
    "with another newline": `${good}\n`,
    "with the newline of another system": `${good.trimEnd()}\r\n`,
    "with something behind it": `${good}{}`,
    twice: good + good,
    "with a mark before it": `\uFEFF${good}`,
    "with white space before it": ` ${good}`,
    "with white space in it": changed('"version":1', '"version": 1'),
    "a member twice": changed('"version":1}', '"version":1,"version":1}'),
    "a member twice, the first one another": changed('{"checkpoints"', '{"checkpoints":[],"checkpoints"'),
    "a member twice, deep in it": changed('"tenant":"acme"', '"tenant":"acme","tenant":"acme"'),
    "a member twice, under an escaped name": changed('"tenant":"acme"', '"tenant":"acme","t\\u0065nant":"acme"'),
    "members in another order": changed('"type":"Requested","version":1', '"version":1,"type":"Requested"'),
    "a member named __proto__": changed('{"checkpoints"', '{"__proto__":{},"checkpoints"'),
    "a member named __proto__ instead of another": changed('"signers":', '"__proto__":'),
    "a number with an exponent": changed(first, `${first}e0`),
    "a number with a fraction": changed(first, `${first}.0`),
    "half a number": inData('"a":0.5'),
    "a negative zero": inData('"a":-0'),
    "a number with a zero before it": changed(first, first.replace(":", ":0")),
    "a number that is too large": inData('"a":9007199254740992'),
    "a number that no double holds": inData('"a":9007199254740993'),
    "a number of 5,000 digits": inData(`"a":${"9".repeat(5000)}`),
    "an infinite number": inData('"a":1e400'),
    "no number": inData('"a":NaN'),
    "an escaped letter": changed('"acme"', '"\\u0061cme"'),
    "an escaped slash": inData('"a":"\\/"'),
    "an escape in capitals": inData('"a":"\\u001F"'),
    "half a character": inData('"a":"\\ud83d"'),
    "half a character in a name": good.replace('"warnings":[]}', '"warnings":[],"\\ud83d":1}'),
    "a control character as it is": inData('"a":"\u0001"'),
    "too deep": inData(`"a":${deep(28)}`),
    "much too deep": inData(`"a":${deep(5000)}`),
    "nothing but brackets": deep(200_000),
    "only opened": "[".repeat(1_000_000)
  }
  const binary: Readonly<Record<string, Buffer>> = {
    "in UTF-16": Buffer.from(good, "utf16le"),
    "with a byte that is no text": Buffer.from(good.replace("acme", "ac\u00ffe"), "latin1"),
    "with an overlong character": Buffer.from(good.replace("acme", "a\u00c1\u00a3me"), "latin1"),
    "with half a character in bytes": Buffer.from(good.replace("acme", "\u00ed\u00a0\u00bd"), "latin1"),
    "nothing but zeros": Buffer.alloc(5000)
  }
  return [
    ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const),
    ...Object.entries(binary)
  ].map(([name, bytes]) => ({ name, bytes, key: file.publicKey, code: 1, says: "Contradiction at file: it is not " }))
}
