import { JsonSchema, type Schema, SchemaRepresentation } from "effect"
import { Problem } from "../answer/answer-schemas.ts"
import type { Content, Operation } from "./operation.ts"

type Json = { readonly [keyword: string]: unknown }
type Contents = (operation: Operation) => ReadonlyArray<Content>

/** JSON Schemas by the schemas that they say; those that have a name are references to `definitions`. */
export type JsonSchemas = { readonly definitions: Json; readonly of: (schema: Schema.Constraint) => unknown }

const sentIn: Contents = ({ body }) => body?.contents ?? []
const answeredIn: Contents = ({ answers }) => Object.values(answers).flatMap(({ content }) => content ?? [])

const made = (roots: ReadonlySet<Schema.Constraint>, onExcessProperty: "error" | "ignore"): JsonSchemas => {
  const [first, ...others] = [...roots].map(({ ast }) => ast)
  if (first === undefined) throw new Error("no operation has a schema")
  const { schemas, definitions } = JsonSchema.toMultiDocumentOpenApi3_1(
    SchemaRepresentation.toJsonSchemaMultiDocument(SchemaRepresentation.toRepresentations([first, ...others]), {
      onExcessProperty
    })
  )
  const of = new Map([...roots].map((root, i) => [root, schemas[i]]))
  return { definitions, of: (schema) => of.get(schema) }
}

/** Schemas of what is sent refuse unknown members, those of answers do not: answers may gain some. */
export const jsonSchemasOf = (operations: ReadonlyArray<Operation>) => {
  const schemasIn = (contents: Contents) =>
    operations.flatMap((operation) => contents(operation).flatMap(({ schema }) => schema ?? []))
  return {
    sent: made(new Set(schemasIn(sentIn)), "error"),
    answered: made(new Set([...schemasIn(answeredIn), Problem]), "ignore")
  }
}
export type AllJsonSchemas = ReturnType<typeof jsonSchemasOf>
