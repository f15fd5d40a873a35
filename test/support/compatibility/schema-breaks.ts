import { type Json, type Shape, shapesOf } from "./shapes.ts"

/** Who makes the values: we (`sent`), or others, and we of an earlier version (`taken`). */
export type Direction = "sent" | "taken"
export type Break = { readonly path: string; readonly what: string }
/** A schema, and the document that its references point into. */
export type Placed = { readonly schema: unknown; readonly root: Json }

const words = {
  sent: {
    missing: () => "may be missing now",
    value: (value: unknown) => `may be ${JSON.stringify(value)} now`,
    type: (type: string) => `may be ${type} now`,
    rule: (rule: string) => `keeps no longer to: ${rule}`
  },
  taken: {
    missing: () => "is required now",
    value: (value: unknown) => `may no longer be ${JSON.stringify(value)}`,
    type: (type: string) => `may no longer be ${type}`,
    rule: (rule: string) => `has to keep to: ${rule}`
  }
}

/** What whoever relies on `released` would stumble over. New optional members, and new values of what is taken, are none. */
export const schemaBreaks = (direction: Direction, released: Placed, now: Placed): ReadonlyArray<Break> => {
  const say = words[direction]
  // Whatever is made by the one has to fit the other.
  const [maker, reader] = direction === "sent" ? [now, released] : [released, now]

  const compare = (made: unknown, read: unknown, path: string): ReadonlyArray<Break> => {
    const readers = shapesOf(read, reader.root)
    return shapesOf(made, maker.root).flatMap((one) => {
      const fitting = readers.filter((other) => isType(one.type, other.type))
      if (fitting.length === 0) return [{ path, what: say.type(one.type ?? "anything") }]
      return fitting.map((other) => compareShapes(one, other, path)).reduce((a, b) => (b.length < a.length ? b : a))
    })
  }

  const compareShapes = (made: Shape, read: Shape, path: string): ReadonlyArray<Break> => {
    const breaks: Array<Break> = []
    const add = (what: string, at = path) => breaks.push({ path: at, what })
    const below = (name: string) => (path === "" ? name : `${path}.${name}`)

    if (read.enum && !made.enum) add(say.rule(`one of ${read.enum.join(", ")}`))
    for (const value of made.enum ?? []) if (read.enum && !read.enum.includes(value)) add(say.value(value))
    for (const [keyword, most] of Object.entries(read.limits))
      if (isBeyond(keyword, made.limits[keyword], most)) add(say.rule(`${keyword} ${most}`))
    for (const rule of read.rules) if (!made.rules.includes(rule)) add(say.rule(rule))

    const [old, young] = direction === "sent" ? [read, made] : [made, read]
    const isGone = (name: string) => Object.hasOwn(old.properties, name) && !Object.hasOwn(young.properties, name)
    for (const name of Object.keys(old.properties))
      if (isGone(name)) add("is gone", below(name))
      else breaks.push(...compare(made.properties[name], read.properties[name], below(name)))
    for (const name of read.required)
      if (!made.required.includes(name) && !isGone(name)) add(say.missing(), below(name))
    if (read.additional !== true && made.additional !== false)
      breaks.push(
        ...(read.additional === false
          ? [{ path: below("*"), what: say.type("anything") }]
          : compare(made.additional, read.additional, below("*")))
      )
    if (read.items !== undefined) breaks.push(...compare(made.items, read.items, `${path}[]`))
    return breaks
  }
  return compare(maker.schema, reader.schema, "")
}

const isType = (made: string | undefined, read: string | undefined): boolean =>
  read === undefined || made === read || (made === "integer" && read === "number")

const isBeyond = (keyword: string, made: number | undefined, most: number): boolean =>
  made === undefined || (keyword.startsWith("min") ? made < most : made > most)
