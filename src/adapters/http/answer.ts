import type { Found } from "../../application/find-registration.ts"
import type { State } from "../../domain/registration/registration.ts"
import { type Shown, toResource } from "./resource.ts"

/** What a route answers; a `body` is sent as JSON. */
export type Answer = {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: unknown
}

export const linkTo = (id: string): string => `/v1/registrations/${id}`

const etagOf = (revision: number): string => `"${revision}"`

type Registered = Omit<Shown, "state"> & { readonly state: State }

/** The resource that every call about one registration answers with (contract/service-api §2). */
export const registrationAnswer = (
  { state, ...registration }: Registered,
  uploadWindow: number,
  status = 200,
  headers: Answer["headers"] = {}
): Answer => {
  if (state._tag === "Initial") throw new Error("A command was accepted and left no registration.")
  return {
    status,
    headers: { ...headers, etag: etagOf(registration.revision) },
    body: toResource({ ...registration, state }, uploadWindow)
  }
}

export const notModified = ({ revision }: Pick<Found, "revision">): Answer => ({
  status: 304,
  headers: { etag: etagOf(revision) }
})
