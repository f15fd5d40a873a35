import { JsonSchema, Schema } from "effect"
import { type MessageName, messageNames, messageSchemas } from "../../../application/messages/message-schemas.ts"

/** Draft 07, which AsyncAPI takes without being told. Unknown members are let through: messages may gain some. */
const jsonSchemaOf = (name: MessageName): JsonSchema.JsonSchema =>
  JsonSchema.toDocumentDraft07(Schema.toJsonSchemaDocument(messageSchemas[name], { onExcessProperty: "ignore" })).schema

/** The JSON Schema of each public message. */
export const messageJsonSchemas = (): { readonly [Name in MessageName]: JsonSchema.JsonSchema } =>
  Object.fromEntries(messageNames.map((name) => [name, jsonSchemaOf(name)])) as {
    [Name in MessageName]: JsonSchema.JsonSchema
  }
