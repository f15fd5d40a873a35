import { Effect, Redacted } from "effect"
import type { FastifyRequest } from "fastify"
import type { Caller } from "../../application/caller.ts"
import { ApiClients, type Scope } from "../../application/ports/api-clients.ts"
import type { RequestError, Unauthenticated } from "./request-errors.ts"

/** The scopes that allow what a route needs. */
const grants = {
  "registrations:write": ["registrations:write"],
  "registrations:read": ["registrations:read", "registrations:write", "audit:read"]
} as const satisfies { readonly [S in Scope]?: ReadonlyArray<Scope> }

const unauthenticated: Unauthenticated = { _tag: "Unauthenticated", challenge: "Bearer" }

/** The key of an `Authorization` header; the scheme is taken in any case. */
export const bearerKeyOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1]

/** Who asks, if its key is known and has the scope. The answer to an unknown key is the same whatever is wrong with it. */
export const authorize = Effect.fnUntraced(function* (request: FastifyRequest, needed: keyof typeof grants) {
  const { authenticate } = yield* ApiClients
  const key = bearerKeyOf(request.headers.authorization)
  const client = key === undefined ? undefined : authenticate(Redacted.make(key))
  if (!client) return yield* Effect.fail(unauthenticated)
  const caller: Caller = {
    clientId: client.id,
    tenant: client.tenant,
    // An auditor reads everything; what the same client writes stays in its tenant.
    allTenants: needed === "registrations:read" && client.scopes.includes("audit:read")
  }
  request.caller = caller
  if (!grants[needed].some((scope) => client.scopes.includes(scope)))
    return yield* Effect.fail<RequestError>({ _tag: "Forbidden", scope: needed })
  return caller
})
