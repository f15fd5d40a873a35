import { Schema } from "effect"
import { makeAsyncApi } from "../../../src/adapters/http/asyncapi/document.ts"
import { messageJsonSchemas } from "../../../src/adapters/http/asyncapi/message-json-schemas.ts"
import { makeDocument } from "../../../src/adapters/http/openapi/document.ts"
import { stored } from "../../../src/domain/registration/event-codec.ts"
import type { Json } from "./shapes.ts"

const jsonOf = (value: unknown): Json => JSON.parse(JSON.stringify(value))

/** The JSON Schemas of the stored events, as the code reads them. */
const storedEvents = (): Json =>
  Object.fromEntries(
    Object.entries(stored).map(([name, schema]) => {
      const { schema: written, definitions } = Schema.toJsonSchemaDocument(schema)
      return [name, { ...written, ...(Object.keys(definitions).length > 0 && { $defs: definitions }) }]
    })
  )

/** What is promised to others, and to the log, as the code makes it now; by file name. */
export const publishedDocuments = {
  "openapi.json": jsonOf(makeDocument()),
  "asyncapi.json": jsonOf(makeAsyncApi()),
  "stored-events.json": jsonOf(storedEvents())
} as const
export type PublishedName = keyof typeof publishedDocuments

/** The files of docs/messages, as the code makes them; by file name. */
export const messageDocuments: { readonly [file: string]: Json } = {
  "asyncapi.json": publishedDocuments["asyncapi.json"],
  ...Object.fromEntries(
    Object.entries(messageJsonSchemas()).map(([name, schema]) => [
      `${name}.v1.schema.json`,
      jsonOf({ $schema: "http://json-schema.org/draft-07/schema#", $id: `urn:certreg:message:${name}.v1`, ...schema })
    ])
  )
}

/** As these files are written. */
export const textOf = (document: Json): string => `${JSON.stringify(document, null, 2)}\n`

export const docsFolder = new URL("../../../docs/messages/", import.meta.url)
export const releasedFolder = new URL("../../compatibility/released/", import.meta.url)
