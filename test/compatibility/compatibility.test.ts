import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { asyncApiBreaks } from "../support/compatibility/asyncapi-breaks.ts"
import {
  docsFolder,
  messageDocuments,
  type PublishedName,
  publishedDocuments,
  releasedFolder,
  textOf
} from "../support/compatibility/documents.ts"
import { openApiBreaks } from "../support/compatibility/openapi-breaks.ts"
import type { Json } from "../support/compatibility/shapes.ts"
import { storedBreaks } from "../support/compatibility/stored-breaks.ts"

const comparisons: { readonly [Name in PublishedName]: (released: Json, now: Json) => ReadonlyArray<string> } = {
  "openapi.json": openApiBreaks,
  "asyncapi.json": asyncApiBreaks,
  "stored-events.json": storedBreaks
}

describe("nothing that was released is broken", () => {
  it.each(Object.keys(comparisons) as ReadonlyArray<PublishedName>)("%s", (name) => {
    const released: Json = JSON.parse(readFileSync(new URL(name, releasedFolder), "utf8"))
    expect(comparisons[name](released, publishedDocuments[name])).toEqual([])
  })
})

describe("docs/messages is what the code makes (npm run schemas writes it)", () => {
  it("has these files and no other", () => {
    expect(readdirSync(docsFolder).sort()).toEqual([...Object.keys(messageDocuments), "README.md"].sort())
  })

  it.each(Object.entries(messageDocuments))("%s", (file, document) => {
    expect(readFileSync(new URL(file, docsFolder), "utf8"), "run `npm run schemas`").toBe(textOf(document))
  })
})
