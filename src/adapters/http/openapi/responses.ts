import { Problem } from "../answer/answer-schemas.ts"
import { type Code, codes } from "../answer/problem-codes.ts"
import { problemExample } from "./examples.ts"
import type { headers } from "./headers.ts"
import type { AllJsonSchemas, JsonSchemas } from "./json-schemas.ts"
import type { Content, Operation } from "./operation.ts"

type HeaderName = keyof typeof headers

export const contentOf = (schemas: JsonSchemas, { mediaType, schema, example }: Content) => ({
  [mediaType]: { ...(schema && { schema: schemas.of(schema) }), ...(example !== undefined && { example }) }
})

/** What an operation answers, by status; HEAD has the same without bodies. */
export const responsesOf = (operation: Operation, { answered }: AllJsonSchemas, withBody: boolean) => ({
  ...Object.fromEntries(
    Object.entries(operation.answers).map(([status, { description, content, preferred, headers = [] }]) => [
      status,
      {
        description,
        headers: headerRefs(...headers),
        ...(content &&
          withBody && {
            content: { ...contentOf(answered, content), ...(preferred && contentOf(answered, preferred)) }
          })
      }
    ])
  ),
  ...Object.fromEntries(
    [...Map.groupBy(operation.problems, (code) => codes[code][0])].map(([status, same]) => [
      status,
      {
        description: same.map((code) => `\`${code}\`: ${codes[code][2]}`).join("\n\n"),
        headers: headerRefs(...headersOf(status)),
        ...(withBody && { content: { "application/problem+json": problemsOf(same, answered) } })
      }
    ])
  )
})

const problemsOf = (same: ReadonlyArray<Code>, answered: JsonSchemas) => ({
  schema: { allOf: [answered.of(Problem), { properties: { code: { enum: same } } }] },
  examples: Object.fromEntries(same.map((code) => [code, { value: exampleOf(code) }]))
})

const exampleOf = (code: Code) => {
  const [status, title, detail] = codes[code]
  return { type: `urn:certreg:problem:${code}`, title, status, detail, code, ...problemExample }
}

const headerRefs = (...names: ReadonlyArray<HeaderName>) =>
  Object.fromEntries(
    (["x-request-id", "cache-control", ...names] as const).map((name) => [
      name,
      { $ref: `#/components/headers/${name}` }
    ])
  )

const headersOf = (status: number): ReadonlyArray<HeaderName> => {
  if (status === 401) return ["www-authenticate"]
  return status === 429 || status === 503 ? ["retry-after"] : []
}
