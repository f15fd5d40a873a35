import { Effect, Redacted } from "effect"
import type { FastifyRequest } from "fastify"
import type { Caller } from "../../../application/caller.ts"
import { type ApiClient, ApiClients, type Scope } from "../../../application/ports/api-clients.ts"
import { HttpSettings } from "../http-settings.ts"
import type { RequestError, Unauthenticated } from "../request-errors.ts"
import { valuesOf } from "./header-values.ts"

/** The scopes that allow what a route needs. */
const grants = {
  "registrations:write": ["registrations:write"],
  "registrations:read": ["registrations:read", "registrations:write", "audit:read"],
  "events:read": ["events:read", "audit:read"],
  "audit:read": ["audit:read"],
  "personal-data:erase": ["personal-data:erase"]
} as const satisfies { readonly [S in Scope]?: ReadonlyArray<Scope> }

const unauthenticated: Unauthenticated = { _tag: "Unauthenticated", challenge: "Bearer" }

/** The key of the one `Authorization` header; the scheme is taken in any case. */
export const bearerKeyOf = ([authorization, ...more]: ReadonlyArray<string>): string | undefined =>
  authorization === undefined || more.length > 0 ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1]

type Needed = keyof typeof grants

const isGranted = ({ scopes }: ApiClient, needed: Needed): boolean =>
  grants[needed].some((scope) => scopes.includes(scope))

/** An auditor reads everything, and erases anywhere if he may erase at all; what the same client writes stays in its tenant. */
const readsAll = ({ scopes }: ApiClient, needed: Needed): boolean =>
  needed !== "registrations:write" && scopes.includes("audit:read")

/** Who asks, if its key is known and has the scope. The answer to an unknown key is the same whatever is wrong with it. */
export const authorize = Effect.fnUntraced(function* (request: FastifyRequest, needed: Needed) {
  const { authenticate } = yield* ApiClients
  const key = bearerKeyOf(valuesOf(request.raw, "authorization"))
  const client = key === undefined ? undefined : authenticate(Redacted.make(key))
  if (!client) return yield* Effect.fail(unauthenticated)
  const caller: Caller = { clientId: client.id, tenant: client.tenant, allTenants: readsAll(client, needed) }
  request.caller = caller
  const { admit } = yield* HttpSettings
  const seconds = admit(client.id)
  if (seconds !== undefined) return yield* Effect.fail<RequestError>({ _tag: "RateLimited", seconds })
  if (!isGranted(client, needed)) return yield* Effect.fail<RequestError>({ _tag: "Forbidden", scope: needed })
  return caller
})

/** Whether who was authorized still would be, and for the same: of an answer that takes longer than clients stay as they are. */
export const remainsAuthorized = Effect.fnUntraced(function* (
  request: FastifyRequest,
  needed: Needed,
  { tenant, allTenants }: Caller
) {
  const { authenticate } = yield* ApiClients
  const key = Redacted.make(bearerKeyOf(valuesOf(request.raw, "authorization")) ?? "")
  return (): boolean => {
    const client = authenticate(key)
    if (!client || !isGranted(client, needed)) return false
    return client.tenant === tenant && readsAll(client, needed) === allTenants
  }
})
