export type Json = { readonly [member: string]: unknown }

/** A JSON Schema without references and choices: each of its values is of one type. */
export type Shape = {
  /** Nothing: any. */
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly properties: { readonly [name: string]: unknown }
  readonly required: ReadonlyArray<string>
  readonly additional: unknown
  readonly items?: unknown
  /** Such as `maxLength`. */
  readonly limits: { readonly [keyword: string]: number }
  /** Every other rule, in words: a pattern, a format, what is not known here. */
  readonly rules: ReadonlyArray<string>
}

const unlimited: Shape = { properties: {}, required: [], additional: true, limits: {}, rules: [] }
const limit = /^(?:min|max)/
const silent: ReadonlySet<string> = new Set([
  "title",
  "description",
  "default",
  "example",
  "examples",
  "$comment",
  "$id"
])

/** `root` is the document that references point into. */
export const shapesOf = (schema: unknown, root: Json): ReadonlyArray<Shape> => {
  if (typeof schema !== "object" || schema === null) return [unlimited]
  let shapes: ReadonlyArray<Shape> = [unlimited]
  const narrow = (others: ReadonlyArray<Shape>) => {
    shapes = shapes.flatMap((one) => others.flatMap((other) => both(one, other) ?? []))
  }
  for (const [keyword, value] of Object.entries(schema as Json)) narrow(ofKeyword(keyword, value, root))
  return shapes
}

const ofKeyword = (keyword: string, value: unknown, root: Json): ReadonlyArray<Shape> => {
  if (silent.has(keyword)) return [unlimited]
  const list = Array.isArray(value) ? value : [value]
  switch (keyword) {
    case "$ref":
      return shapesOf(resolve(String(value), root), root)
    case "anyOf":
    case "oneOf":
      return list.flatMap((one) => shapesOf(one, root))
    case "allOf":
      return list.reduce<ReadonlyArray<Shape>>(
        (shapes, one) => shapes.flatMap((a) => shapesOf(one, root).flatMap((b) => both(a, b) ?? [])),
        [unlimited]
      )
    case "type":
      return list.map((type) => ({ ...unlimited, type: String(type) }))
    case "const":
    case "enum":
      return [...Map.groupBy(list, typeOf)].map(([type, values]) => ({ ...unlimited, type, enum: values }))
    case "properties":
      return [{ ...unlimited, properties: value as Json }]
    case "required":
      return [{ ...unlimited, required: list as ReadonlyArray<string> }]
    case "additionalProperties":
      return [{ ...unlimited, additional: value }]
    case "items":
      return [{ ...unlimited, items: value }]
    default:
      return typeof value === "number" && limit.test(keyword)
        ? [{ ...unlimited, limits: { [keyword]: value } }]
        : [{ ...unlimited, rules: [`${keyword} ${JSON.stringify(value)}`] }]
  }
}

const typeOf = (value: unknown): string => (value === null ? "null" : typeof value)

const resolve = (pointer: string, root: Json): unknown =>
  pointer
    .slice(2)
    .split("/")
    .reduce<unknown>((at, name) => (at as Json | undefined)?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], root)

/** What fits both; undefined when nothing does. */
const both = (a: Shape, b: Shape): Shape | undefined => {
  const type = bothTypes(a.type, b.type)
  if (a.type !== undefined && b.type !== undefined && type === undefined) return undefined
  const values = a.enum && b.enum ? a.enum.filter((one) => b.enum?.includes(one)) : (a.enum ?? b.enum)
  const items = a.items === undefined || b.items === undefined ? (a.items ?? b.items) : { allOf: [a.items, b.items] }
  const shared = Object.keys(a.properties).filter((name) => Object.hasOwn(b.properties, name))
  const limits: Record<string, number> = { ...a.limits }
  for (const [name, value] of Object.entries(b.limits))
    limits[name] = (name.startsWith("min") ? Math.max : Math.min)(value, limits[name] ?? value)
  return {
    ...(type !== undefined && { type }),
    ...(values && { enum: values }),
    ...(items !== undefined && { items }),
    properties: {
      ...a.properties,
      ...b.properties,
      ...Object.fromEntries(shared.map((name) => [name, { allOf: [a.properties[name], b.properties[name]] }]))
    },
    required: [...new Set([...a.required, ...b.required])],
    additional: a.additional === true ? b.additional : a.additional,
    limits,
    rules: [...new Set([...a.rules, ...b.rules])]
  }
}

const bothTypes = (a: string | undefined, b: string | undefined) => {
  if (a === undefined || b === undefined || a === b) return a ?? b
  return [a, b].every((type) => type === "integer" || type === "number") ? "integer" : undefined
}
