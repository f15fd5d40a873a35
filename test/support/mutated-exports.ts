import type { RegistrationExport } from "../../src/application/proof/exporting/export-format.ts"
import { makeRandom, type Random } from "../fuzz/random.ts"
import { bytesOf } from "./export-case.ts"

type Node = { [key: string]: unknown } | Array<unknown>
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null

/** All places in a value, as what holds them and their key there. */
const places = (value: unknown): ReadonlyArray<readonly [holder: Node, key: string]> =>
  isNode(value) ? Object.entries(value).flatMap(([key, member]) => [[value, key] as const, ...places(member)]) : []

const instead: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  1,
  -1,
  2 ** 53 - 1,
  "",
  "x",
  "0".repeat(64),
  [],
  {},
  [[]],
  { a: 1 }
]

/** Exports of which one place holds something else, or holds nothing, or which differ in a byte; each another file than the good one. */
export const mutatedExports = (file: RegistrationExport, count: number, seed: number): ReadonlyArray<Buffer> => {
  const random = makeRandom(seed)
  const good = bytesOf(file)
  const mutated: Array<Buffer> = []
  while (mutated.length < count) {
    const bytes = random.chance(0.3) ? otherByte(good, random) : otherPlace(file, random)
    if (!bytes.equals(good)) mutated.push(bytes)
  }
  return mutated
}

const otherByte = (good: Buffer, random: Random): Buffer => {
  const bytes = Buffer.from(good)
  bytes[random.below(bytes.length)] = random.below(256)
  return bytes
}

const otherPlace = (file: RegistrationExport, random: Random): Buffer => {
  const copy = structuredClone(file)
  const [holder, key] = random.pick(places(copy))
  if (random.chance(0.1)) Reflect.deleteProperty(holder, key)
  else Object.assign(holder, { [key]: random.pick(instead) })
  // What was deleted from a list leaves null there.
  return bytesOf(JSON.parse(JSON.stringify(copy)))
}
