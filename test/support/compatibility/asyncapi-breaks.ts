import { said } from "./openapi-breaks.ts"
import { schemaBreaks } from "./schema-breaks.ts"
import type { Json } from "./shapes.ts"

type Message = {
  readonly contentType: string
  readonly headers: unknown
  readonly payload: unknown
  readonly bindings: Json
}
type Document = {
  readonly channels: { readonly [name: string]: { readonly address: string } }
  readonly components: { readonly messages: { readonly [name: string]: Message } }
}

/** What consumers of the released messages would stumble over. */
export const asyncApiBreaks = (releasedRoot: Json, nowRoot: Json): ReadonlyArray<string> => {
  const [released, now] = [releasedRoot, nowRoot] as unknown as readonly [Document, Document]

  const messages = (old: Message, young: Message): ReadonlyArray<string> => {
    const breaks = (member: "headers" | "payload") =>
      schemaBreaks("sent", { schema: old[member], root: releasedRoot }, { schema: young[member], root: nowRoot })
    return [
      ...(old.contentType === young.contentType ? [] : ["has another content type"]),
      ...(JSON.stringify(old.bindings) === JSON.stringify(young.bindings) ? [] : ["has another key"]),
      ...breaks("headers").map((one) => `headers: ${said(one)}`),
      ...breaks("payload").map(said)
    ]
  }
  return [
    ...Object.entries(released.channels)
      .filter(([name, { address }]) => now.channels[name]?.address !== address)
      .map(([, { address }]) => `channel ${address} is gone`),
    ...Object.entries(released.components.messages).flatMap(([name, old]) => {
      const young = now.components.messages[name]
      return (young ? messages(old, young) : ["is gone"]).map((what) => `message ${name}: ${what}`)
    })
  ]
}
