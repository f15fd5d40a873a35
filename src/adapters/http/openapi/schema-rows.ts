type Json = { readonly [name: string]: unknown }

/** A field as the page lists it: `consents[].givenAt`. */
export type SchemaRow = {
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  readonly description: string
}

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null

/** All fields of a schema, those of nested objects under their paths. */
export const schemaRows = (schema: unknown, definitions: Json): ReadonlyArray<SchemaRow> => {
  const rows: Array<SchemaRow> = []
  const resolve = (given: unknown): Json => {
    const { $ref, anyOf, ...rest } = isJson(given) ? given : {}
    if (typeof $ref === "string") return { ...resolve(definitions[$ref.split("/").at(-1) ?? ""]), ...rest }
    // An optional field may be null, which is the same as leaving it out.
    const others = Array.isArray(anyOf) ? anyOf.filter((one) => !isJson(one) || one["type"] !== "null") : []
    return others.length === 1 ? { ...resolve(others[0]), ...rest } : { ...rest, ...(anyOf ? { anyOf } : {}) }
  }
  const visit = (given: unknown, path: string, isRequired: boolean) => {
    const one = resolve(given)
    const items = one["type"] === "array" ? resolve(one["items"]) : undefined
    if (path !== "") {
      const description = [one["description"], limits(one)].filter((text) => text).join(" ")
      rows.push({ path, type: typeOf(one, items), isRequired, description })
    }
    const inner = items ?? one
    const required: ReadonlyArray<unknown> = Array.isArray(inner["required"]) ? inner["required"] : []
    const prefix = path === "" ? "" : `${path}${items ? "[]" : ""}.`
    for (const [name, property] of Object.entries(isJson(inner["properties"]) ? inner["properties"] : {}))
      visit(property, `${prefix}${name}`, required.includes(name))
  }
  visit(schema, "", true)
  return rows
}

const typeOf = (one: Json, items: Json | undefined): string => {
  if (Array.isArray(one["enum"])) return one["enum"].map(String).join(" | ")
  if (items) return `list of ${typeOf(items, undefined)}`
  return [one["type"] ?? "any", one["format"]].filter((word) => word !== undefined).join(", ")
}

const limits = ({ minItems, maxItems, minLength, maxLength, minimum, maximum }: Json): string => {
  if (minItems !== undefined || maxItems !== undefined)
    return `${minItems ?? 0} to ${maxItems ?? "any number of"} elements.`
  if (maxLength !== undefined && minLength === undefined) return `At most ${maxLength} characters.`
  return minimum !== undefined && maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER
    ? `From ${minimum} to ${maximum}.`
    : ""
}
