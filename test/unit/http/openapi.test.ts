import { Validator } from "@seriousme/openapi-schema-validator"
import { describe, expect, it } from "vitest"
import { codes } from "../../../src/adapters/http/answer/problem-codes.ts"
import { checkpointExample, erasedExample } from "../../../src/adapters/http/openapi/audit-examples.ts"
import { isSignedBy } from "../../../src/application/proof/signed-note.ts"
import { checkAnswer, document, misfit } from "../../support/openapi.ts"
import { isSigned } from "../../support/signed-receipt.ts"

type Json = { readonly [name: string]: unknown }
type Content = {
  readonly schema?: unknown
  readonly example?: unknown
  readonly examples?: { readonly [n: string]: { readonly value: unknown } }
}

const contents: ReadonlyArray<{ readonly place: ReadonlyArray<string>; readonly content: Content }> = Object.entries(
  document.paths
).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) => {
    const { requestBody, responses } = operation as unknown as {
      readonly requestBody?: { readonly content: { readonly [type: string]: Content } }
      readonly responses: { readonly [status: string]: { readonly content?: { readonly [type: string]: Content } } }
    }
    const at = ["paths", path, method]
    return [
      ...Object.entries(requestBody?.content ?? {}).map(([type, content]) => ({
        place: [...at, "requestBody", "content", type],
        content
      })),
      ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.entries(content).map(([type, one]) => ({
          place: [...at, "responses", status, "content", type],
          content: one
        }))
      )
    ]
  })
)

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document))
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
    expect(validator.version).toBe("3.1")
  })

  it("has an example of every JSON that is sent or answered, and each fits its schema", () => {
    const misfits = contents
      .filter(({ content }) => content.schema !== undefined)
      .flatMap(({ place, content }) => {
        const values = content.examples ? Object.values(content.examples).map(({ value }) => value) : [content.example]
        return values
          .map((value) => (value === undefined ? "no example" : misfit([...place, "schema"], value)))
          .filter((wrong) => wrong !== undefined)
          .map((wrong) => `${place.join(" ")}: ${wrong}`)
      })
    expect(misfits).toEqual([])
    expect(contents.length).toBeGreaterThan(30)
  })

  it("has examples whose signatures are good", () => {
    expect(isSigned(erasedExample.erasure)).toBe(true)
    expect(isSignedBy(checkpointExample.note, checkpointExample.publicKey)).toBe(true)
  })

  it("says of every operation what it is, what it needs, and how it is called", () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) {
        const { summary, description, security, parameters, "x-codeSamples": samples } = operation as unknown as Json
        expect({ path, method, summary, description, samples }).toEqual({
          path,
          method,
          summary: expect.stringMatching(/\S/),
          description: expect.stringMatching(/\S/),
          samples: [expect.objectContaining({ source: expect.stringContaining("curl ") })]
        })
        expect(security).toBeInstanceOf(Array)
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        expect(
          (parameters as ReadonlyArray<Json>).filter((one) => one["in"] === "path").map(({ name }) => name)
        ).toEqual(named)
      }
  })

  it("knows every problem code, and 405 is nobody's own", () => {
    const named = new Set(contents.flatMap(({ content }) => Object.keys(content.examples ?? {})))
    expect([...named].sort()).toEqual(
      Object.keys(codes)
        .filter((code) => code !== "method_not_allowed")
        .sort()
    )
  })

  it("refuses in requests what the service refuses: unknown fields", () => {
    const place = [
      "paths",
      "/v1/registrations/{id}/withdrawal",
      "post",
      "requestBody",
      "content",
      "application/json",
      "schema"
    ]
    expect(misfit(place, { reason: "other" })).toBeUndefined()
    expect(misfit(place, { reason: "other", more: 1 })).toMatch(/additional/)
    expect(misfit(place, { reason: "because" })).toMatch(/allowed values/)
  })
})

describe("the check of real answers", () => {
  const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
    status,
    headers: new Headers({
      "content-type": "application/json",
      "x-request-id": "r",
      "cache-control": "no-store",
      ...headers
    }),
    text: JSON.stringify(body),
    body
  })

  it("takes what is described", () => {
    expect(() => checkAnswer("GET", "/health/live", answer(200, { status: "live" }))).not.toThrow()
  })

  it.each([
    ["another status", answer(204, { status: "live" })],
    ["another body", answer(200, { status: "dead" })],
    ["another media type", answer(200, { status: "live" }, { "content-type": "text/plain" })]
  ])("refuses %s", (_, given) => {
    expect(() => checkAnswer("GET", "/health/live", given)).toThrow("GET /health/live answered")
  })

  it("refuses an answer without a header that is described", () => {
    const given = answer(200, { status: "live" })
    given.headers.delete("x-request-id")
    expect(() => checkAnswer("GET", "/health/live", given)).toThrow("x-request-id is missing")
  })
})
