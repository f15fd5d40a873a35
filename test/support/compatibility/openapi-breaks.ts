import { type Break, type Direction, schemaBreaks } from "./schema-breaks.ts"
import type { Json } from "./shapes.ts"

type Parameter = Json & { readonly name: string; readonly in: string; readonly required?: boolean }
type Contents = { readonly [mediaType: string]: { readonly schema?: unknown } }
type Operation = {
  readonly security?: unknown
  readonly parameters?: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly required?: boolean; readonly content: Contents }
  readonly responses: { readonly [status: string]: { readonly headers?: Json; readonly content?: Contents } }
}
type Document = { readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } } }

/** What callers of the released API would stumble over. */
export const openApiBreaks = (releasedRoot: Json, nowRoot: Json): ReadonlyArray<string> => {
  const [released, now] = [releasedRoot, nowRoot] as unknown as readonly [Document, Document]

  const bodies = (direction: Direction, old: Contents, young: Contents) =>
    Object.entries(old).flatMap(([mediaType, { schema }]) => {
      const other = young[mediaType]
      if (!other) return [`${mediaType} is gone`]
      if (schema === undefined) return []
      const breaks = schemaBreaks(direction, { schema, root: releasedRoot }, { schema: other.schema, root: nowRoot })
      return breaks.filter((one) => !isNewCode(mediaType, one)).map(said)
    })

  const parameters = (old: ReadonlyArray<Parameter>, young: ReadonlyArray<Parameter>) => {
    const find = (all: ReadonlyArray<Parameter>, { name, in: place }: Parameter) =>
      all.find((one) => one.name === name && one.in === place)
    return [
      ...old.flatMap((one) => {
        const other = find(young, one)
        if (!other) return [`parameter ${one.name} is gone`]
        if (other.required && !one.required) return [`parameter ${one.name} is required now`]
        const placed = [
          { schema: one["schema"], root: releasedRoot },
          { schema: other["schema"], root: nowRoot }
        ] as const
        return schemaBreaks("taken", ...placed).map((found) => `parameter ${one.name} ${said(found)}`)
      }),
      ...young
        .filter((one) => one.required && !find(old, one))
        .map(({ name }) => `parameter ${name} is new and required`)
    ]
  }

  const operations = (old: Operation, young: Operation): ReadonlyArray<string> => [
    ...(sameSecurity(old, young) ? [] : ["other credentials or scopes are wanted"]),
    ...parameters(old.parameters ?? [], young.parameters ?? []),
    ...(young.requestBody?.required && !old.requestBody?.required ? ["the body is required now"] : []),
    ...(old.requestBody
      ? bodies("taken", old.requestBody.content, young.requestBody?.content ?? {}).map((what) => `body: ${what}`)
      : []),
    ...Object.entries(old.responses).flatMap(([status, { headers = {}, content = {} }]) => {
      const other = young.responses[status]
      if (!other) return [`${status} is gone`]
      return [
        ...Object.keys(headers)
          .filter((name) => !Object.hasOwn(other.headers ?? {}, name))
          .map((name) => `${status}: header ${name} is gone`),
        ...bodies("sent", content, other.content ?? {}).map((what) => `${status}: ${what}`)
      ]
    })
  ]

  return Object.entries(released.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, old]) => {
      const young = now.paths[path]?.[method]
      const breaks = young ? operations(old, young) : ["is gone"]
      return breaks.map((what) => `${method.toUpperCase()} ${path} ${what}`)
    })
  )
}

const sameSecurity = (old: Operation, young: Operation): boolean =>
  JSON.stringify(young.security ?? []) === "[]" || JSON.stringify(old.security) === JSON.stringify(young.security)

/** Further problems may come with a status that is known: callers take an unknown code for what its status says. */
const isNewCode = (mediaType: string, { path }: Break): boolean =>
  mediaType === "application/problem+json" && path === "code"

export const said = ({ path, what }: Break): string => (path === "" ? what : `${path} ${what}`)
