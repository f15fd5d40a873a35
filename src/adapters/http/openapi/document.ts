import { JsonSchema, type Schema, SchemaRepresentation } from "effect"
import { type Code, codes } from "../problem-codes.ts"
import { Problem } from "./answer-schemas.ts"
import { problemExample } from "./examples.ts"
import { headers } from "./headers.ts"
import type { Answered, Content, Operation, Parameter } from "./operation.ts"
import { operations } from "./operations.ts"
import { common } from "./parameters.ts"
import { meanings } from "./problem-meanings.ts"

type Json = { readonly [name: string]: unknown }

const isBody = (method: string) => method !== "HEAD"
/** What can be read can be asked for its headers alone. */
const all: ReadonlyArray<readonly [key: string, operation: Operation]> = Object.entries(operations).flatMap(
  ([key, operation]) =>
    key.startsWith("GET ")
      ? [
          [key, operation],
          [key.replace("GET", "HEAD"), operation]
        ]
      : [[key, operation]]
)

/** Schemas of what is sent refuse unknown members, those of answers do not: answers may gain some. */
const schemasOf = (roots: ReadonlySet<Schema.Constraint>, onExcessProperty: "error" | "ignore") => {
  const [first, ...others] = [...roots].map(({ ast }) => ast)
  if (first === undefined) throw new Error("no operation has a schema")
  const { schemas, definitions } = JsonSchema.toMultiDocumentOpenApi3_1(
    SchemaRepresentation.toJsonSchemaMultiDocument(SchemaRepresentation.toRepresentations([first, ...others]), {
      onExcessProperty
    })
  )
  const of = new Map([...roots].map((root, i) => [root, schemas[i]]))
  return { definitions, of: (schema: Schema.Constraint) => of.get(schema) }
}

const contentsOf = (operation: Operation): ReadonlyArray<Content> => operation.body?.contents ?? []
const answersOf = (operation: Operation): ReadonlyArray<Content> =>
  Object.values(operation.answers).flatMap(({ content }) => content ?? [])
const schemasIn = (contents: (operation: Operation) => ReadonlyArray<Content>) =>
  new Set(all.flatMap(([, operation]) => contents(operation).flatMap(({ schema }) => schema ?? [])))

/** The OpenAPI 3.1 document of what is served. */
export const makeDocument = (): Json => {
  const sent = schemasOf(schemasIn(contentsOf), "error")
  const answered = schemasOf(new Set([...schemasIn(answersOf), Problem]), "ignore")
  const content = (schemas: typeof sent, { mediaType, schema, example }: Content) => ({
    [mediaType]: {
      ...(schema && { schema: schemas.of(schema) }),
      ...(example !== undefined && { example })
    }
  })
  const response = ({ description, content: body, headers: named = [] }: Answered, withBody: boolean) => ({
    description,
    headers: refsTo("headers", ["x-request-id", "cache-control", ...named]),
    ...(body && withBody && { content: content(answered, body) })
  })
  const problems = (given: ReadonlyArray<Code>, withBody: boolean) =>
    Object.fromEntries(
      [...Map.groupBy(given, (code) => codes[code][0])].map(([status, same]) => [
        status,
        {
          description: same.map((code) => `\`${code}\`: ${meanings[code]}`).join("\n\n"),
          headers: refsTo("headers", ["x-request-id", "cache-control", ...headersOf(status)]),
          ...(withBody && {
            content: {
              "application/problem+json": {
                schema: {
                  allOf: [answered.of(Problem), { properties: { code: { enum: same } } }]
                },
                examples: Object.fromEntries(same.map((code) => [code, { value: exampleOf(code) }]))
              }
            }
          })
        }
      ])
    )

  const paths: { [path: string]: { [method: string]: Json } } = {}
  const used = new Set<string>()
  for (const [key, operation] of all) {
    const [method = "", url = ""] = key.split(" ")
    const operationId = used.has(operation.id) ? `${operation.id}${capital(method)}` : operation.id
    used.add(operationId)
    const { body } = operation
    const path = url.replace(/:(\w+)/g, "{$1}")
    paths[path] ??= {}
    paths[path][method.toLowerCase()] = {
      operationId,
      tags: [operation.group],
      summary: operation.summary,
      description: operation.description,
      security: securityOf(operation),
      parameters: [...(operation.parameters ?? []), ...common].map(parameter),
      ...(body && {
        requestBody: {
          description: body.description,
          required: body.isRequired,
          content: Object.assign({}, ...body.contents.map((one) => content(sent, one)))
        }
      }),
      responses: {
        ...Object.fromEntries(
          Object.entries(operation.answers).map(([status, one]) => [status, response(one, isBody(method))])
        ),
        ...problems(operation.problems, isBody(method))
      },
      "x-codeSamples": [{ lang: "Shell", label: "curl", source: operation.curl }]
    }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "certreg",
      version: "1",
      summary: "Certificate registrations on the Esign platform.",
      description:
        "Times are RFC 3339; answers are in UTC with milliseconds. Unknown fields and query parameters are refused, and null in an optional field is the same as leaving it out. Answers may gain members. Errors are problem documents whose code programs decide on; they name the rule that was broken and never the value.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" }
    },
    servers: [{ url: "/" }],
    tags: [...new Set(all.map(([, { group }]) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...sent.definitions, ...answered.definitions },
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }])
      ),
      securitySchemes
    }
  }
}

const parameter = ({ name, in: place, description, schema, example }: Parameter) => ({
  name,
  in: place,
  description,
  required: place === "path",
  schema,
  ...(example !== undefined && { example })
})

const refsTo = (kind: string, names: ReadonlyArray<string>) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/${kind}/${name}` }]))

const headersOf = (status: number): ReadonlyArray<keyof typeof headers> => {
  if (status === 401) return ["www-authenticate"]
  if (status === 405) return ["allow"]
  return status === 429 || status === 503 ? ["retry-after"] : []
}

const exampleOf = (code: Code) => {
  const [status, title] = codes[code]
  return { type: `urn:certreg:problem:${code}`, title, status, detail: meanings[code], code, ...problemExample }
}

const capital = (method: string) => `${method.charAt(0)}${method.slice(1).toLowerCase()}`

const securityOf = ({ scope, security }: Operation): ReadonlyArray<Json> =>
  scope === undefined ? (security ?? []).map((name) => ({ [name]: [] })) : [{ apiKey: [scope] }]

const securitySchemes = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    description:
      "A key of `certreg client add`: crk_, the client's id, _ and 43 characters. Each operation says which scope it needs."
  },
  callbackBasic: { type: "http", scheme: "basic", description: "As agreed on with the platform." },
  callbackBearer: { type: "http", scheme: "bearer", description: "As agreed on with the platform." },
  callbackHeader: {
    type: "apiKey",
    in: "header",
    name: "X-Api-Key",
    description: "A header as agreed on with the platform."
  }
}
