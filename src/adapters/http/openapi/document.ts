import { about } from "./about.ts"
import { headers } from "./headers.ts"
import { jsonSchemasOf } from "./json-schemas.ts"
import type { Operation, Parameter } from "./operation.ts"
import { operations } from "./operations.ts"
import { common } from "./parameter-docs.ts"
import { contentOf, responsesOf } from "./responses.ts"

type Json = { readonly [name: string]: unknown }
type Row = readonly [method: string, path: string, operation: Operation]

/** Every method of every path; what can be read can be asked for its headers alone. */
const rows = Object.entries(operations).flatMap(([key, operation]): ReadonlyArray<Row> => {
  const [method = "", url = ""] = key.split(" ")
  const path = url.replace(/:(\w+)/g, "{$1}")
  return (method === "GET" ? ["GET", "HEAD"] : [method]).map((one) => [one, path, operation])
})

/** The OpenAPI 3.1 document of what is served. */
export const makeDocument = (): Json => {
  const schemas = jsonSchemasOf(Object.values(operations))
  const ids = new Set<string>()
  const idOf = (method: string, { id }: Operation) => {
    const unique = ids.has(id) ? `${id}${method.charAt(0)}${method.slice(1).toLowerCase()}` : id
    ids.add(unique)
    return unique
  }
  const paths: { [path: string]: { [method: string]: Json } } = {}
  for (const [method, path, operation] of rows) {
    const { group, summary, description, parameters = [], body, curl } = operation
    paths[path] ??= {}
    paths[path][method.toLowerCase()] = {
      operationId: idOf(method, operation),
      tags: [group],
      summary,
      description,
      security: securityOf(operation),
      parameters: [...parameters, ...common].map(parameterOf),
      ...(body && {
        requestBody: {
          description: body.description,
          required: body.isRequired,
          content: Object.assign({}, ...body.contents.map((content) => contentOf(schemas.sent, content)))
        }
      }),
      responses: responsesOf(operation, schemas, method !== "HEAD"),
      "x-codeSamples": [{ lang: "Shell", label: "curl", source: curl }]
    }
  }
  return {
    openapi: "3.1.0",
    info: { ...about, version: "1", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    tags: [...new Set(rows.map(([, , { group }]) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas.sent.definitions, ...schemas.answered.definitions },
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }])
      ),
      securitySchemes
    }
  }
}

const parameterOf = ({ name, in: place, description, schema, example }: Parameter) => ({
  name,
  in: place,
  description,
  required: place === "path",
  schema,
  ...(example !== undefined && { example })
})

const securityOf = ({ scope, security = [] }: Operation): ReadonlyArray<Json> =>
  scope === undefined ? security.map((name) => ({ [name]: [] })) : [{ apiKey: [scope] }]

const agreedOn = "As agreed on with the platform."
const securitySchemes = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    description: "A key of `certreg client add`. Each operation says which scope it needs."
  },
  callbackBasic: { type: "http", scheme: "basic", description: agreedOn },
  callbackBearer: { type: "http", scheme: "bearer", description: agreedOn },
  callbackHeader: { type: "apiKey", in: "header", name: "X-Api-Key", description: agreedOn }
}
