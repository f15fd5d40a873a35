import { SchemaIssue } from "effect"

/** One wrong field: its path (`consents[0].givenAt`, "" for the whole) and the rule that it breaks, never its value. */
export type FieldError = { readonly path: string; readonly message: string }

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
  format(issue).issues.map(({ message, path = [] }) => ({ path: pathOf(path as ReadonlyArray<PropertyKey>), message }))

// A body of nothing but mistakes would be answered with many times its size.
const most = 1000

const andMore: FieldError = { path: "", message: "More fields are wrong: these are the first." }

/** Each error once; of very many the first. */
export const distinct = (errors: ReadonlyArray<FieldError>): ReadonlyArray<FieldError> => {
  const all = [...new Map(errors.map((error) => [`${error.path}\n${error.message}`, error])).values()]
  return all.length > most ? [...all.slice(0, most - 1), andMore] : all
}
