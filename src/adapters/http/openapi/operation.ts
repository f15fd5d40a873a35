import type { Schema } from "effect"
import type { Scope } from "../../../application/ports/api-clients.ts"
import type { Code } from "../answer/problem-codes.ts"
import type { headers } from "./headers.ts"

export type Parameter = {
  readonly name: string
  readonly in: "path" | "query" | "header"
  readonly description: string
  readonly schema: { readonly [keyword: string]: unknown }
  readonly example?: unknown
}

/** What is sent, or answered, in one media type. */
export type Content = {
  readonly mediaType: string
  /** Nothing for bytes that are no JSON. */
  readonly schema?: Schema.Constraint
  readonly example?: unknown
}

export type Answered = {
  readonly description: string
  readonly content?: Content
  /** Instead of that, to whoever prefers it. */
  readonly preferred?: Content
  readonly headers?: ReadonlyArray<keyof typeof headers>
}

/** What a caller has to know of one route; the document and the page are made of these. */
export type Operation = {
  readonly id: string
  readonly group: string
  readonly summary: string
  readonly description: string
  /** What a key must allow; nothing where no key is needed. */
  readonly scope?: Scope
  /** Names of security schemes, where it is no key of ours that is needed. */
  readonly security?: ReadonlyArray<string>
  readonly parameters?: ReadonlyArray<Parameter>
  readonly body?: {
    readonly description: string
    readonly isRequired: boolean
    readonly contents: ReadonlyArray<Content>
  }
  readonly answers: { readonly [status: number]: Answered }
  readonly problems: ReadonlyArray<Code>
  /** A call to copy: `$URL` is the service and `$KEY` a key. */
  readonly curl: string
}
