import { describe, expect, it } from "vitest"
import { asyncApiBreaks } from "../support/compatibility/asyncapi-breaks.ts"
import { publishedDocuments } from "../support/compatibility/documents.ts"
import { openApiBreaks } from "../support/compatibility/openapi-breaks.ts"
import { storedBreaks } from "../support/compatibility/stored-breaks.ts"

const { "openapi.json": openApi, "asyncapi.json": asyncApi, "stored-events.json": stored } = publishedDocuments

// biome-ignore lint/suspicious/noExplicitAny: a document that is bent
type Bent = any
const bent = (document: object, bend: (copy: Bent) => void): Bent => {
  const copy = structuredClone(document)
  bend(copy)
  return copy
}

const registrations = "/v1/registrations"
const one = "/v1/registrations/{id}"

describe("the OpenAPI document breaks callers", () => {
  it.each<[what: string, bend: (now: Bent) => void, found: string]>([
    ["when a path is removed", ({ paths }) => delete paths[`${one}/events`], `GET ${one}/events is gone`],
    ["when a method is removed", ({ paths }) => delete paths[one].get, `GET ${one} is gone`],
    ["when a status is removed", ({ paths }) => delete paths[one].get.responses[304], `GET ${one} 304 is gone`],
    [
      "when a header of an answer is removed",
      ({ paths }) => delete paths[one].get.responses[200].headers.etag,
      `GET ${one} 200: header etag is gone`
    ],
    [
      "when a member of an answer is removed",
      ({ components }) => delete components.schemas.Registration.properties.certificate,
      `GET ${one} 200: certificate is gone`
    ],
    [
      "when a state is added",
      ({ components }) => components.schemas.Registration.properties.state.enum.push("suspended"),
      `GET ${one} 200: state may be "suspended" now`
    ],
    [
      "when a parameter is removed",
      ({ paths }) => {
        const { get } = paths[one]
        get.parameters = get.parameters.filter(({ name }: Bent) => name !== "wait")
      },
      `GET ${one} parameter wait is gone`
    ],
    [
      "when a parameter is more limited",
      ({ paths }) => {
        paths[one].get.parameters.find(({ name }: Bent) => name === "wait").schema.maximum = 10
      },
      `GET ${one} parameter wait has to keep to: maximum 10`
    ],
    [
      "when a parameter is required",
      ({ paths }) => paths[one].get.parameters.push({ name: "why", in: "query", required: true, schema: {} }),
      `GET ${one} parameter why is new and required`
    ],
    [
      "when another scope is wanted",
      ({ paths }) => {
        paths[one].get.security = [{ apiKey: ["audit:read"] }]
      },
      `GET ${one} other credentials or scopes are wanted`
    ],
    [
      "when a body is required",
      ({ paths }) => {
        paths["/v1/esign/callback"].post.requestBody.required = true
      },
      "POST /v1/esign/callback the body is required now"
    ],
    [
      "when a media type is no longer taken",
      ({ paths }) => delete paths[`${one}/documents/{document}`].put.requestBody.content["image/png"],
      `PUT ${one}/documents/{document} body: image/png is gone`
    ]
  ])("%s", (_, bend, found) => {
    expect(openApiBreaks(openApi, bent(openApi, bend))).toContain(found)
  })

  it("when a field of a request is required", () => {
    const now = bent(openApi, ({ paths, components }) => {
      const { schema } = paths[registrations].post.requestBody.content["application/json"]
      const body = schema.$ref ? components.schemas[schema.$ref.split("/").at(-1)] : schema
      body.required.push("renew")
    })
    expect(openApiBreaks(openApi, now)).toEqual([`POST ${registrations} body: renew is required now`])
  })

  it("not when there is more: paths, statuses, members, optional parameters, problems", () => {
    const now = bent(openApi, ({ paths, components }) => {
      paths["/v2/registrations"] = paths[registrations]
      paths[one].get.responses[418] = { description: "A teapot." }
      paths[one].get.parameters.push({ name: "why", in: "query", required: false, schema: {} })
      components.schemas.Registration.properties.note = { type: "string" }
      components.schemas.Registration.required.push("note")
      components.schemas.Problem.properties.code.enum.push("teapot")
      for (const { content } of Object.values<Bent>(paths[one].get.responses))
        content?.["application/problem+json"]?.schema.allOf[1].properties.code.enum.push("teapot")
    })
    expect(openApiBreaks(openApi, now)).toEqual([])
  })
})

describe("the AsyncAPI document breaks consumers", () => {
  it.each<[what: string, bend: (now: Bent) => void, found: string]>([
    [
      "when the topic is another one",
      ({ channels }) => {
        channels.registrations.address = "registrations.v2"
      },
      "channel certificate-registrations.v1 is gone"
    ],
    ["when a type is removed", ({ components }) => delete components.messages.issued, "message issued: is gone"],
    [
      "when a header goes",
      ({ components }) => delete components.schemas.headers.properties["certreg-cursor"],
      "message issued: headers: certreg-cursor is gone"
    ],
    [
      "when a member is not always there",
      ({ components }) => components.messages.issued.payload.properties.data.required.pop(),
      "message issued: data.certificate may be missing now"
    ],
    [
      "when the key is another one",
      ({ components }) => {
        components.messages.issued.bindings.kafka.key.format = "uri"
      },
      "message issued: has another key"
    ]
  ])("%s", (_, bend, found) => {
    expect(asyncApiBreaks(asyncApi, bent(asyncApi, bend))).toContain(found)
  })

  it("not when there are further types and members", () => {
    const now = bent(asyncApi, ({ components: { messages } }) => {
      messages.suspended = messages.issued
      messages.issued.payload.properties.data.properties.note = { type: "string" }
    })
    expect(asyncApiBreaks(asyncApi, now)).toEqual([])
  })
})

describe("the stored events break the log", () => {
  it.each<[what: string, bend: (now: Bent) => void, found: string]>([
    ["when a version is removed", (now) => delete now["Requested.v1"], "stored Requested.v1 is gone"],
    [
      "when a member is required",
      (now) => now["Failed.v1"].required.push("platformCode"),
      "stored Failed.v1: platformCode is required now"
    ],
    [
      "when a member is renamed",
      ({ "Confirmed.v1": { properties } }) => {
        properties.by = properties.knownBy
        delete properties.knownBy
      },
      "stored Confirmed.v1: knownBy is gone"
    ],
    [
      "when a word is removed",
      (now) => now["ImageUploaded.v1"].properties.via.enum.pop(),
      'stored ImageUploaded.v1: via may no longer be "direct"'
    ],
    ["when one of its shapes is removed", (now) => now["CallStarted.v1"].anyOf.pop(), "stored CallStarted.v1: "]
  ])("%s", (_, bend, found) => {
    expect(storedBreaks(stored, bent(stored, bend))).toContainEqual(expect.stringContaining(found))
  })

  it("not when there are further types, versions and optional members", () => {
    const now = bent(stored, (all) => {
      all["Requested.v2"] = all["Requested.v1"]
      all["Requested.v1"].properties.note = { type: "string" }
    })
    expect(storedBreaks(stored, now)).toEqual([])
  })
})
