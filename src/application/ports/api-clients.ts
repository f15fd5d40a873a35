import { Context, type Effect, type Redacted, Schema } from "effect"

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

/** A system of the partner that may call us. Its key is known by its SHA-256 alone. */
export type ApiClient = {
  /** 1 to 64 of `A-Z a-z 0-9 . -`; never `_`, which ends it in a key. */
  readonly id: string
  readonly tenant: string
  readonly scopes: ReadonlyArray<Scope>
}

export class ApiClientsUnavailable extends Schema.TaggedError<ApiClientsUnavailable>()("ApiClientsUnavailable", {
  code: Schema.String
}) {}
export class ClientExists extends Schema.TaggedError<ClientExists>()("ClientExists", { id: Schema.String }) {}
export class NoSuchClient extends Schema.TaggedError<NoSuchClient>()("NoSuchClient", { id: Schema.String }) {}
/** A rotation is under way already, or none is. */
export class RotationMismatch extends Schema.TaggedError<RotationMismatch>()("RotationMismatch", {
  id: Schema.String
}) {}

type Key = Redacted.Redacted<string>

/** The API clients; changes by another process are seen within 5 s (service-api §6). */
export class ApiClients extends Context.Service<
  ApiClients,
  {
    /** The client of a key, compared in constant time; undefined for an unknown one. Never waits for a file. */
    readonly authenticate: (key: Key) => ApiClient | undefined
    readonly list: Effect.Effect<ReadonlyArray<ApiClient>, ApiClientsUnavailable>
    /** Adds a client and answers its key, which is shown once and kept nowhere. */
    readonly add: (client: ApiClient) => Effect.Effect<Key, ClientExists | ApiClientsUnavailable>
    readonly remove: (id: string) => Effect.Effect<void, NoSuchClient | ApiClientsUnavailable>
    /** A second key; the old one works until `finishRotation`. */
    readonly rotate: (id: string) => Effect.Effect<Key, NoSuchClient | RotationMismatch | ApiClientsUnavailable>
    readonly finishRotation: (
      id: string
    ) => Effect.Effect<void, NoSuchClient | RotationMismatch | ApiClientsUnavailable>
  }
>()("certreg/application/ports/ApiClients") {}
