/** A wrong, missing or unknown field; its path in dots, never its value. */
export interface Problem {
  readonly rule: "field-missing" | "field-unknown" | "field-wrong"
  readonly path: string
}

type Test = (value: unknown) => boolean
interface ObjectShape {
  readonly required: ReadonlyArray<string>
  readonly fields: ReadonlyMap<string, Shape>
}
interface ListShape {
  readonly each: Shape
}
export type Shape = Test | ObjectShape | ListShape

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** An object with these fields and no others. */
export const object = (
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {}
): Shape => ({
  required: Object.keys(required),
  fields: new Map(Object.entries({ ...required, ...optional }))
})

/** A list of at least one. */
export const listOf = (each: Shape): Shape => ({ each })

/** Adds to `problems` what does not fit at `path`. */
export const check = (shape: Shape, value: unknown, path: string, problems: Array<Problem>): void => {
  if (typeof shape === "function") {
    if (!shape(value)) problems.push({ rule: "field-wrong", path })
  } else if ("each" in shape) {
    if (!Array.isArray(value) || value.length === 0) problems.push({ rule: "field-wrong", path })
    else for (const entry of value) check(shape.each, entry, path, problems)
  } else if (isObject(value)) {
    const prefix = path === "" ? "" : `${path}.`
    for (const name of shape.required)
      if (!Object.hasOwn(value, name)) problems.push({ rule: "field-missing", path: prefix + name })
    for (const name of Object.keys(value)) {
      const field = shape.fields.get(name)
      if (field !== undefined) check(field, value[name], prefix + name, problems)
      // A field's name is the caller's text: one that is no plain word might be anything.
      else problems.push({ rule: "field-unknown", path: prefix + (/^[A-Za-z]{1,40}$/.test(name) ? name : "?") })
    }
  } else problems.push({ rule: "field-wrong", path })
}
