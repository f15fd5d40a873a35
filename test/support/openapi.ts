import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import formats from "ajv-formats"
import { makeDocument } from "../../src/adapters/http/openapi/document.ts"

type Described = {
  readonly content?: { readonly [mediaType: string]: object }
  readonly headers?: { readonly [name: string]: unknown }
}
type Paths = {
  readonly [path: string]: {
    readonly [method: string]: { readonly responses: { readonly [status: string]: Described } }
  }
}
type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: unknown }

export const document = makeDocument() as { readonly paths: Paths; readonly [member: string]: unknown }

const name = "https://certreg.test/openapi"
const ajv = new Ajv2020({ strict: false, allErrors: true })
// The package is CommonJS: its function is the default of the default.
;(formats as unknown as (to: Ajv2020) => void)(ajv)
ajv.addSchema(document, name)

const compiled = new Map<string, ValidateFunction>()
/** What is wrong with a value by a part of the document, such as `["components", "schemas", "Problem"]`; nothing when it fits. */
export const misfit = (place: ReadonlyArray<string>, value: unknown): string | undefined => {
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")
  const fits = compiled.get(pointer) ?? ajv.compile({ $ref: `${name}#/${pointer}` })
  compiled.set(pointer, fits)
  return fits(value) ? undefined : ajv.errorsText(fits.errors)
}

const routes = Object.entries(document.paths).map(([path, methods]) => ({
  path,
  methods,
  matches: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`)
}))

/** Optional headers of answers: they stand there when there is something to say. */
const sometimes: ReadonlySet<string> = new Set(["idempotent-replayed"])

/** Throws when a real answer is not the one that the document describes. */
export const checkAnswer = (method: string, url: string, { status, headers, text, body }: Answer): void => {
  const path = url.split("?", 1)[0] ?? ""
  const route = routes.find(({ matches }) => matches.test(path))
  const verb = method.toLowerCase()
  const operation = route?.methods[verb]
  const wrong = (what: string): never => {
    throw new Error(`${method} ${route?.path ?? path} answered ${status}, and ${what}`)
  }
  // No such route, or no such method of it: nothing but a problem can be said of that.
  if (!route || !operation) {
    if (status < 400) wrong("the document has no such route")
    return
  }
  const described = operation.responses[status] ?? wrong("the document does not know that status")
  for (const header of Object.keys(described.headers ?? {}))
    if (!headers.has(header) && !sometimes.has(header)) wrong(`the header ${header} is missing`)
  if (text === "") return
  const mediaType = headers.get("content-type")?.split(";", 1)[0] ?? ""
  const content = described.content?.[mediaType] ?? wrong(`the document does not know ${mediaType} there`)
  if (!mediaType.endsWith("json") || !Object.hasOwn(content, "schema")) return
  const misfits = misfit(["paths", route.path, verb, "responses", String(status), "content", mediaType, "schema"], body)
  if (misfits !== undefined) wrong(`it is not as described: ${misfits}`)
}
