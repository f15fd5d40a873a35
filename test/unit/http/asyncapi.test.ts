import specs from "@asyncapi/specs"
import { Ajv, type SchemaObject } from "ajv"
import formats from "ajv-formats"
import { describe, expect, it } from "vitest"
import { makeAsyncApi } from "../../../src/adapters/http/asyncapi/document.ts"
import { messageExamples } from "../../../src/adapters/http/openapi/message-examples.ts"
import { messageNames } from "../../../src/application/messages/message-schemas.ts"
import { readMessage } from "../../support/public-messages.ts"

type Message = {
  readonly name: string
  readonly payload: object
  readonly examples: ReadonlyArray<{ readonly headers: object; readonly payload: object }>
}
type Document = {
  readonly components: {
    readonly messages: { readonly [name: string]: Message }
    readonly schemas: { readonly headers: object }
  }
}

const ajv = new Ajv({ strict: false, allErrors: true })
;(formats as unknown as (to: Ajv) => void)(ajv)
const isAsyncApi = ajv.compile(specs.schemasWithoutId["3.0.0"] as SchemaObject)

const document = JSON.parse(JSON.stringify(makeAsyncApi())) as Document
const { messages, schemas: shared } = document.components

/** What a place in the document holds. */
const at = (pointer: string) =>
  pointer
    .slice(2)
    .split("/")
    .reduce<unknown>((inside, name) => (inside as { readonly [name: string]: unknown })?.[name], document)

describe("the AsyncAPI document", () => {
  it("is valid AsyncAPI 3.0, with its Kafka bindings", () => {
    expect({ valid: isAsyncApi(document), errors: isAsyncApi.errors }).toEqual({ valid: true, errors: null })
  })

  it("would not be valid with a binding or an action that is none", () => {
    for (const [from, to] of [
      ['"cleanup.policy":["delete"]', '"cleanup.policy":["keep"]'],
      ['"action":"send"', '"action":"tell"']
    ] as const)
      expect(isAsyncApi(JSON.parse(JSON.stringify(document).replace(from, to)))).toBe(false)
  })

  it("refers to nothing that is not there", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? "")
    expect(references.length).toBeGreaterThan(3 * messageNames.length)
    expect(references.filter((to) => at(to) === undefined)).toEqual([])
  })

  it.each(messageNames)("has an example of %s that fits its schema, and headers that fit theirs", (name) => {
    const { payload, examples } = messages[name] as Message
    expect(examples.length).toBe(1)
    for (const { headers, payload: example } of examples) {
      expect(ajv.validate(payload, example), ajv.errorsText()).toBe(true)
      expect(ajv.validate(shared.headers, headers), ajv.errorsText()).toBe(true)
      expect(readMessage(JSON.stringify(example))).toEqual(messageExamples[name])
    }
  })

  it.each<[what: string, bend: (message: { [member: string]: unknown }) => void]>([
    ["another type", (message) => Object.assign(message, { type: "certreg.registration.failed.v1" })],
    ["no certificate", (message) => delete (message["data"] as { certificate?: unknown }).certificate],
    ["a null", (message) => Object.assign(message, { tenant: null })],
    ["a sequence that is no ten digits", (message) => Object.assign(message, { sequence: "13" })]
  ])("refuses an issued message with %s", (_, bend) => {
    const { payload } = messages["issued"] as Message
    const message = structuredClone<{ [member: string]: unknown }>(messageExamples.issued)
    expect(ajv.validate(payload, message)).toBe(true)
    bend(message)
    expect(ajv.validate(payload, message)).toBe(false)
  })
})
