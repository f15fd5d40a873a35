import * as Context from "effect/Context"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export const scopes = [
  "registrations:write",
  "registrations:read",
  "events:read",
  "audit:read",
  "registrations:operate",
  "personal-data:erase"
] as const
export const Scope = Schema.Literals(scopes)
export type Scope = typeof Scope.Type

/** How clients and tenants are named. A key holds the id of its client. */
export const ClientName = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,64}$/))

/** A system of the partner that may call us. Its key is known by its SHA-256 alone. */
export type ApiClient = {
  /** 1 to 64 of `A-Z a-z 0-9 . _ -` */
  readonly id: string
  /** Spelled like an id. */
  readonly tenant: string
  readonly scopes: ReadonlyArray<Scope>
}

/** Who may call; changes by another process are seen within 5 s (service-api §6). */
export class ApiClients extends Context.Service<
  ApiClients,
  {
    /** The client of a key, compared in constant time; undefined for an unknown one. Never waits for a file. */
    readonly authenticate: (key: Redacted.Redacted<string>) => ApiClient | undefined
  }
>()("certreg/application/ports/ApiClients") {}
