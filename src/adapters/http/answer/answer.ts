import type { ServerResponse } from "node:http"
import type { Found } from "../../../application/use-cases/find-registration.ts"
import { type Shown, toResource } from "./resource.ts"

/** What a route answers; a `body` is sent as JSON. */
export type Answer = {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: unknown
  /** Sent as it is, instead of a `body`; `headers` name its type. */
  readonly text?: string
  /** Instead of both: writes the body, and ends it, once the headers are out. */
  readonly stream?: (response: ServerResponse) => void
  /** For the log line: the correlation of the registration that is answered about. */
  readonly correlationId?: string | undefined
}

const etagOf = (revision: number): string => `"${revision}"`

/** The resource that every call about one registration answers with (contract/service-api §2). */
export const registrationAnswer = (
  registration: Shown,
  uploadWindow: number,
  status = 200,
  headers: Answer["headers"] = {}
): Answer => ({
  status,
  headers: { ...headers, etag: etagOf(registration.revision) },
  body: toResource(registration, uploadWindow),
  correlationId: registration.correlationId
})

export const notModified = ({ revision }: Pick<Found, "revision">): Answer => ({
  status: 304,
  headers: { etag: etagOf(revision) }
})
