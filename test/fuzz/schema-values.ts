import { randomUUID } from "node:crypto"
import { birthYear, nikRegion, phoneBlock } from "./marks.ts"
import type { Random } from "./random.ts"

/** What the document uses of JSON Schema in requests. */
export interface JsonSchema {
  readonly type?: string | ReadonlyArray<string>
  readonly enum?: ReadonlyArray<unknown>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly properties?: { readonly [name: string]: JsonSchema }
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
}

/** What values are made from. */
export interface Source {
  readonly random: Random
  /** Goes into every text that has room for it. */
  readonly word: string
  /** Of the registration that the request is about. */
  readonly registrationId: string
  readonly submissionId: string | undefined
}

const two = (number: number) => String(number + 1).padStart(2, "0")
export const digits = ({ below }: Random, count: number): string =>
  Array.from({ length: count }, () => below(10)).join("")
const hex = ({ below }: Random, count: number): string =>
  Array.from({ length: count }, () => below(16).toString(16)).join("")

const time = ({ random }: Source): string =>
  `20${two(random.below(24))}-${two(random.below(12))}-${two(random.below(28))}${random.pick(["T10:00:00.000Z", "t10:00:00.1234567z", " 10:00+0700", "T23:59:59-09:30"])}`

/** Fields whose rule the document tells in words. */
const byName: { readonly [name: string]: (source: Source) => unknown } = {
  name: ({ random, word }) => `${random.pick(["Siti", "Nur'aini", "A.", "José", "李"])} ${word}`,
  nik: ({ random }) =>
    `${nikRegion}${two(random.below(28) + 40)}${two(random.below(12))}${digits(random, 2)}${random.pick(["0001", "9901", "9906", "9912", "9914"])}`,
  dateOfBirth: ({ random }) => `${birthYear}-${two(random.below(12))}-${two(random.below(28))}`,
  address: ({ word }) => `${word}@Example.ID`,
  number: ({ random }) => `${random.pick(["+62 ", "0", "62", ""])}${phoneBlock}${digits(random, 4)}`,
  givenAt: time,
  until: ({ random }) => `2${digits(random, 1)}${two(random.below(90) + 9)}-12-31T23:59:59+07:00`,
  requestedFrom: time,
  requestedTo: time,
  sha256: ({ random }) => hex(random, 64),
  mediaType: ({ random }) => random.pick(["image/jpeg", "image/png", "IMAGE/JPG"]),
  id: ({ random, registrationId }) =>
    random.chance(0.05) ? randomUUID() : random.chance(0.1) ? registrationId.toUpperCase() : registrationId,
  submissionId: ({ submissionId, word }) => submissionId ?? word,
  status: ({ random }) => random.pick(["COMPLETED", "IN_PROGRESS", "PARTIALLY_COMPLETED", "ERROR"]),
  result: ({ random }) => random.pick(["VALID", "INVALID"]),
  cursor: ({ random, registrationId }) => {
    const place = JSON.stringify([1_790_000_000_000 + random.below(10 ** 10), registrationId])
    return Buffer.from(place).toString("base64url")
  },
  wait: ({ random }) => random.below(2),
  "If-None-Match": ({ random }) => random.pick(['"0"', 'W/"3"', '"2", "3", W/"4"', "*"]),
  "X-Request-Id": ({ random, word }) => random.pick([word, randomUUID(), `${word}.${"a".repeat(40)}`]),
  traceparent: ({ random }) => `00-${hex(random, 31)}1-${hex(random, 15)}1-01`
}

/** A text for a pattern of character classes with counts. */
const textFor = (pattern: string, { random, word }: Source): string => {
  const printable = Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code))
  const made = [...pattern.matchAll(/\[((?:\\.|[^\]])+)\](?:\{(\d+)(?:,(\d+))?\}|(\+))?/g)].map(
    ([, set, least, most, plus]) => {
      const choices = printable.filter((one) => new RegExp(`[${set}]`, "u").test(one))
      const from = Number(least ?? 1)
      const count = from + random.below(plus ? 40 : Math.min(Number(most ?? from) - from, 20) + 1)
      return Array.from({ length: count }, () => random.pick(choices)).join("")
    }
  )
  return [word + made.join(""), word, made.join("")].find((text) => new RegExp(pattern, "u").test(text)) ?? word
}

const textOf = (schema: JsonSchema, source: Source): string => {
  const { random, word } = source
  if (schema.pattern !== undefined) return textFor(schema.pattern, source)
  if (schema.format === "uuid") return source.registrationId
  if (schema.format === "date") return "1990-12-21"
  if (schema.format === "uri") return `https://${word}.example/terms?${word}#${word}`
  const { minLength = 0, maxLength = 40 } = schema
  const length = random.chance(0.02) ? maxLength : random.below(Math.min(maxLength, 60))
  const text = `${word} ${random.pick(["Ω≈ç", "données", "ok", "<b>&amp;</b>", "🙂"])}`
  return text.padEnd(Math.max(length, minLength), "-").slice(0, Math.max(maxLength, minLength))
}

const labelKeys = ["campaign", "a", "team.x", "A-1_b", "source"]

/** A value that fits a schema, as far as the schema tells; what it tells in words alone is known by the field's name. */
export const validValue = (given: JsonSchema, source: Source, name = ""): unknown => {
  const { random } = source
  const schema = given.allOf ? (Object.assign({}, given, ...given.allOf) as JsonSchema) : given
  // Null, which is last, is the same as nothing.
  if (schema.anyOf)
    return validValue(random.chance(0.85) ? (schema.anyOf[0] ?? {}) : random.pick(schema.anyOf), source, name)
  if (schema.enum) return random.pick(schema.enum)
  const make = byName[name]
  // A long wait would be waited for.
  if (make && (name === "wait" || random.chance(0.97))) return make(source)
  switch (typeof schema.type === "object" ? random.pick(schema.type) : schema.type) {
    case "object":
      return objectOf(schema, source)
    case "array": {
      const { minItems = 0, maxItems = 3 } = schema
      const count = minItems + random.below(Math.min(maxItems - minItems, 2) + 1)
      return Array.from({ length: count }, () => validValue(schema.items ?? {}, source))
    }
    case "integer": {
      const { minimum = 0, maximum = 2 ** 31 } = schema
      return random.pick([minimum, maximum, minimum + random.below(maximum - minimum)])
    }
    case "boolean":
      return random.chance(0.5)
    case "null":
      return null
    default:
      return textOf(schema, source)
  }
}

const objectOf = (schema: JsonSchema, source: Source): object => {
  const { properties = {}, required = [], additionalProperties: more } = schema
  const { random } = source
  const named = Object.entries(properties)
    .filter(([name]) => required.includes(name) || random.chance(0.75))
    .map(([name, property]) => [name, validValue(property, source, name)])
  const others = typeof more === "object" ? labelKeys.filter(() => random.chance(0.3)) : []
  return Object.fromEntries([...named, ...others.map((key) => [key, validValue(more as JsonSchema, source)])])
}
