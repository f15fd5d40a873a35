import { document } from "../support/openapi.ts"
import type { JsonSchema } from "./schema-values.ts"

/** An operation as the document describes it, with what requests are made from. */
export interface Operation {
  /** Such as `PUT /v1/registrations/{id}/documents/{document}`. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: ReadonlyArray<{
    readonly in: "path" | "query" | "header"
    readonly name: string
    readonly schema: JsonSchema
  }>
  /** By media type; an image has no schema. */
  readonly bodies: ReadonlyArray<readonly [mediaType: string, schema: JsonSchema | undefined]>
  /** The scope of the API key; "platform" for its callbacks. */
  readonly needs: string | undefined
}

interface Described {
  readonly parameters?: Operation["parameters"]
  readonly requestBody?: {
    readonly content: { readonly [mediaType: string]: { readonly schema?: JsonSchema; readonly example?: object } }
  }
  readonly security?: ReadonlyArray<{ readonly [scheme: string]: ReadonlyArray<string> }>
}

/** A body of which the document knows no more than an example: any of its fields. */
const schemaLike = (example: object): JsonSchema => ({
  type: "object",
  properties: Object.fromEntries(Object.keys(example).map((name) => [name, { type: "string" }]))
})

const needs = ({ security = [] }: Described): string | undefined => {
  const [first] = security
  return first && (first["apiKey"]?.[0] ?? "platform")
}

export const operations: ReadonlyArray<Operation> = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as unknown as { readonly [method: string]: Described }).map(([method, described]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    parameters: described.parameters ?? [],
    bodies: Object.entries(described.requestBody?.content ?? {}).map(([mediaType, { schema, example }]) => [
      mediaType,
      schema && Object.keys(schema).length === 0 && example ? schemaLike(example) : schema
    ]),
    needs: needs(described)
  }))
)

/** What can go wrong in an operation decides how often it is tried: fields of a body above all. */
const weightOf = ({ bodies: [body], needs, path }: Operation): number => {
  // What is erased is of no use any more.
  if (path.endsWith("/personal-data")) return 0.5
  if (!body) return needs ? 3 : path.endsWith(".json") || path.endsWith("docs") ? 0.5 : 1
  return needs === "platform" ? 2 : body[1]?.properties?.["applicant"] ? 10 : 5
}

/** Each operation as often as it weighs, in halves. */
export const weighted: ReadonlyArray<Operation> = operations.flatMap((operation) =>
  Array<Operation>(2 * weightOf(operation)).fill(operation)
)
