import { readFileSync } from "node:fs"

/**
 * Runs docs/verify-export.mjs on many files one after the other, and prints what it said of each: `[code, sentence]`. Given a file with the
 * arguments of each.
 */
class Ended extends Error {}
const said: Array<readonly [code: unknown, sentence: string]> = []
const { log: print } = console
const [, , list = ""] = process.argv
const script = new URL("../../docs/verify-export.mjs", import.meta.url)

for (const [n, args] of (JSON.parse(readFileSync(list, "utf8")) as ReadonlyArray<ReadonlyArray<string>>).entries()) {
  let sentence = ""
  console.log = console.error = (line: string) => {
    sentence += line
  }
  process.argv = ["node", script.pathname, ...args]
  process.exit = ((code: unknown) => {
    said.push([code, sentence])
    throw new Ended()
  }) as typeof process.exit
  try {
    await import(`${script}?${n}`)
    said.push(["crashed", "it came to no end"])
  } catch (error) {
    if (!(error instanceof Ended)) said.push(["crashed", String(error)])
  }
}
print(JSON.stringify(said))
