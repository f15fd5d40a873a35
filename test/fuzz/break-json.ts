import type { Random } from "./random.ts"

type Path = ReadonlyArray<string>

const gone = Symbol("gone")

/** Where something stands in a JSON value; the whole first. */
const pathsOf = (value: unknown, path: Path = []): ReadonlyArray<Path> => [
  path,
  ...(typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))
    : [])
]

const changeAt = (value: unknown, [key, ...rest]: Path, change: (old: unknown) => unknown): unknown => {
  if (key === undefined) return change(value)
  const parts = Object.entries(Object(value))
    .map(([name, part]) => [name, name === key ? changeAt(part, rest, change) : part] as const)
    .filter(([, part]) => part !== gone)
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts)
}

/** Texts that somebody, somewhere, does not expect; the word stands in each. */
export const hostileText = ({ below, pick }: Random, word: string): string =>
  pick([
    () => `${word}${"x".repeat(10 ** (1 + below(4)))}`,
    () => `${word}\ud800`,
    () => `\udfff${word}`,
    () => `${word}\u0000`,
    () => `${word}${String.fromCharCode(below(32))}x`,
    () => `${word}\u007f\u0085`,
    () => `\u202e${word}\u2066`,
    () => `${word}\r\nx-injected: ${word}`,
    () => `"}\n{"level":"info","event":"${word}"}`,
    () => `${word}\u2028\u2029`,
    () => `\ufeff${word}\u200b`,
    () => `${word}${"\u0301".repeat(500)}`,
    () => ` ${word} `,
    () => `\${jndi:ldap://${word}}{{7*7}}%s%n`,
    () => `<script>${word}</script>`,
    () => `' OR 1=1; DROP TABLE events -- ${word}`,
    () => `../../${word}`,
    () => `${word}@${"a.".repeat(100)}id`,
    () => `${word}😀👩‍👩‍👧‍👦𐍈`,
    () => `__proto__${word}`
  ])()

const otherValues: ReadonlyArray<unknown> = [
  ...[null, true, false, 0, -0, -1, 1.5, 1e308, 2 ** 53 + 2, 5e-324, "", " "],
  ...[[], {}, [null], [[[[]]]], { length: 1e9 }, { toJSON: "x" }, Array(200).fill({}), Array(20_000).fill(0)]
]
const keys = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "length",
  "then",
  "",
  "a.b",
  "a[0]",
  "0"
]

/** One thing wrong in a JSON value, and what that is. */
export const breakJson = (value: unknown, random: Random, word: string): readonly [unknown, string] => {
  const { pick, below } = random
  const path = pick(pathsOf(value))
  const at = path.join(".") || "the body"
  const having = (name: string) => (old: unknown) =>
    typeof old === "object" && old !== null && !Array.isArray(old)
      ? Object.fromEntries([...Object.entries(old), [name, pick([word, { polluted: word }, null])]])
      : [old, word]
  const changes: ReadonlyArray<readonly [string, (old: unknown) => unknown]> = [
    ["a hostile text", () => hostileText(random, word)],
    ["another type", () => pick(otherValues)],
    ["missing", () => (path.length === 0 ? {} : gone)],
    ["one more field", having(pick(keys))],
    ["a field of a hostile name", having(hostileText(random, "field"))],
    ["in a list", (old) => [old]],
    ["many times", (old) => Array(2 + below(40)).fill(old)],
    ["as text", (old) => JSON.stringify(old)],
    ["a number", () => pick([below(2 ** 31), Number("9471026112900001"), -below(100)])]
  ]
  const [what, change] = pick(changes)
  return [changeAt(value, path, change), `${at} ${what}`]
}

const at = (bytes: Buffer, random: Random, inserted: Buffer): Buffer => {
  const place = random.below(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, place), inserted, bytes.subarray(place)])
}

/** One thing wrong in the text of a JSON body, and what that is. */
export const breakJsonText = (text: Buffer, random: Random, word: string): readonly [Buffer, string] => {
  const { pick, below } = random
  const deep = 10 ** (2 + below(3))
  const latin1 = (body: string) => Buffer.from(body, "latin1")
  const twice = latin1(text.toString("latin1").replace(/"(\w+)":("[^"]*"|\d+)/, `"$1":"${word}","$1":$2`))
  const changes: ReadonlyArray<readonly [string, () => Buffer]> = [
    ["cut", () => text.subarray(0, below(text.length))],
    [
      "bytes that are no UTF-8",
      () => at(text, random, pick([latin1("\xff"), latin1("\xc0\xaf"), latin1("\xed\xa0\x80")]))
    ],
    ["NUL in it", () => at(text, random, latin1("\0"))],
    ["a member twice", () => twice],
    [
      "something behind it",
      () => Buffer.concat([text, latin1(pick([word, ",", "}", "\0", " \n\t", text.toString("latin1")]))])
    ],
    ["a byte order mark", () => Buffer.concat([Buffer.from("\ufeff"), text])],
    ["UTF-16", () => Buffer.from(text.toString(), "utf16le")],
    ["lists in lists", () => latin1("[".repeat(deep) + "]".repeat(pick([deep, deep - 1, 0])))],
    ["objects in objects", () => latin1(`${'{"labels":'.repeat(deep)}1${"}".repeat(deep)}`)],
    ["nested deeply", () => latin1(`{"applicant":${"[".repeat(deep)}${"]".repeat(deep)}}`)],
    [
      "a number beyond all",
      () =>
        latin1(
          text
            .toString("latin1")
            .replace(/:("[^"]*"|\d+)/, `:${pick(["1e400", "-1e999", "9".repeat(400), "01", "NaN", "0x10", "-"])}`)
        )
    ],
    ["too large", () => Buffer.concat([text, Buffer.alloc(pick([66_000, 263_000, 400_000]), " ")])],
    ["many fields", () => latin1(`{${Array.from({ length: 5000 }, (_, n) => `"f${n}":"${word}"`).join()}}`)],
    ["no JSON", () => latin1(pick([word, "", " ", "<xml/>", "a=b", "undefined", "'x'", "{a:1}", "[1,]"]))],
    ["random bytes", () => Buffer.from(Array.from({ length: 200 }, () => below(256)))]
  ]
  const [what, change] = pick(changes)
  return [change(), `JSON text: ${what}`]
}
