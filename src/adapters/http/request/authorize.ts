import { Effect, Redacted } from "effect"
import type { FastifyRequest } from "fastify"
import type { Caller } from "../../../application/caller.ts"
import { ApiClients, type Scope } from "../../../application/ports/api-clients.ts"
import { HttpSettings } from "../http-settings.ts"
import type { RequestError, Unauthenticated } from "../request-errors.ts"
import { valuesOf } from "./header-values.ts"

/** The scopes that allow what a route needs. */
const grants = {
  "registrations:write": ["registrations:write"],
  "registrations:read": ["registrations:read", "registrations:write", "audit:read"]
} as const satisfies { readonly [S in Scope]?: ReadonlyArray<Scope> }

const unauthenticated: Unauthenticated = { _tag: "Unauthenticated", challenge: "Bearer" }

/** The key of the one `Authorization` header; the scheme is taken in any case. */
export const bearerKeyOf = ([authorization, ...more]: ReadonlyArray<string>): string | undefined =>
  authorization === undefined || more.length > 0 ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1]

/** Who asks, if its key is known and has the scope. The answer to an unknown key is the same whatever is wrong with it. */
export const authorize = Effect.fnUntraced(function* (request: FastifyRequest, needed: keyof typeof grants) {
  const { authenticate } = yield* ApiClients
  const key = bearerKeyOf(valuesOf(request.raw, "authorization"))
  const client = key === undefined ? undefined : authenticate(Redacted.make(key))
  if (!client) return yield* Effect.fail(unauthenticated)
  const caller: Caller = {
    clientId: client.id,
    tenant: client.tenant,
    // An auditor reads everything; what the same client writes stays in its tenant.
    allTenants: needed === "registrations:read" && client.scopes.includes("audit:read")
  }
  request.caller = caller
  const { admit } = yield* HttpSettings
  const seconds = admit(client.id)
  if (seconds !== undefined) return yield* Effect.fail<RequestError>({ _tag: "RateLimited", seconds })
  if (!grants[needed].some((scope) => client.scopes.includes(scope)))
    return yield* Effect.fail<RequestError>({ _tag: "Forbidden", scope: needed })
  return caller
})
