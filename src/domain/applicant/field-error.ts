import { SchemaIssue } from "effect"

/** One wrong field: its path (`consents[0].givenAt`, "" for the whole) and the rule that it breaks, never its value. */
export type FieldError = { readonly path: string; readonly message: string }

// A body of nothing but mistakes would be answered with many times its size.
const most = 1000

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    if (issue._tag === "MissingKey") return "This field is required."
    if (issue._tag === "UnexpectedKey") return "There is no such field: look for a typing mistake."
    return SchemaIssue.defaultLeafHook(issue)
  }
})

const pathOf = (segments: ReadonlyArray<PropertyKey>): string =>
  segments.reduce<string>((path, segment) => {
    if (typeof segment === "number") return `${path}[${segment}]`
    return path === "" ? String(segment) : `${path}.${String(segment)}`
  }, "")

export const fieldErrors = (issue: SchemaIssue.Issue): ReadonlyArray<FieldError> =>
  format(issue)
    .issues.slice(0, most)
    .map(({ message, path = [] }) => ({ message, path: pathOf(path as ReadonlyArray<PropertyKey>) }))
