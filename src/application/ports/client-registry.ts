import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { ApiClient } from "./api-clients.ts"

/** The clients could not be read or changed; nothing was. */
export class ClientsUnavailable extends Schema.TaggedError<ClientsUnavailable>()("ClientsUnavailable", {
  /** A word: an error code, `locked` when somebody else is changing them for too long, `damaged` when they make no sense. */
  code: Schema.String
}) {}
export class ClientExists extends Schema.TaggedError<ClientExists>()("ClientExists", { id: Schema.String }) {}
export class NoSuchClient extends Schema.TaggedError<NoSuchClient>()("NoSuchClient", { id: Schema.String }) {}
/** A rotation is under way already, or there is none to finish. */
export class RotationMismatch extends Schema.TaggedError<RotationMismatch>()("RotationMismatch", {
  id: Schema.String
}) {}

/** Shown once and kept nowhere. */
type NewKey = Redacted.Redacted<string>

/** Where an operator adds and removes API clients. Changes at the same time, by whatever process, lose nothing. */
export class ClientRegistry extends Context.Service<
  ClientRegistry,
  {
    readonly list: Effect.Effect<ReadonlyArray<ApiClient & { readonly isRotating: boolean }>, ClientsUnavailable>
    readonly add: (client: ApiClient) => Effect.Effect<NewKey, ClientExists | ClientsUnavailable>
    readonly remove: (id: string) => Effect.Effect<void, NoSuchClient | ClientsUnavailable>
    /** A second key; the old one works until `finishRotation`. */
    readonly rotate: (id: string) => Effect.Effect<NewKey, NoSuchClient | RotationMismatch | ClientsUnavailable>
    readonly finishRotation: (id: string) => Effect.Effect<void, NoSuchClient | RotationMismatch | ClientsUnavailable>
  }
>()("certreg/application/ports/ClientRegistry") {}
