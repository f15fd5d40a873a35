import { Context, type Effect, type Redacted, Schema } from "effect"
import type { Sealed } from "../../domain/registration/events.ts"

/** The place of a sealed field. It is authenticated with the ciphertext, so that a field that was moved does not open. */
export type SealedField = { readonly stream: string; readonly type: string; readonly field: string }

/** The key was destroyed: what it sealed is gone for good. */
export class DataErased extends Schema.TaggedError<DataErased>()("DataErased", { keyId: Schema.String }) {}
/** The key is not there and was never destroyed: an incident, never an erasure. */
export class KeyMissing extends Schema.TaggedError<KeyMissing>()("KeyMissing", { keyId: Schema.String }) {}
/** The ciphertext does not belong here, or was changed. */
export class DoesNotOpen extends Schema.TaggedError<DoesNotOpen>()("DoesNotOpen", { keyId: Schema.String }) {}
/** The vault could not be read or written. Worth another try; each operation may be repeated. */
export class VaultUnavailable extends Schema.TaggedError<VaultUnavailable>()("VaultUnavailable", {
  operation: Schema.String,
  /** A word for logs: an error code, never a message. */
  code: Schema.String
}) {
  override get message(): string {
    return `The vault cannot be used (${this.operation}, ${this.code}).`
  }
}
export type KeyError = DataErased | KeyMissing | VaultUnavailable

/** The log that a vault belongs to, and the last epoch of it that is known. */
export type RememberedLog = {
  readonly logId: string
  readonly epoch: number
  /** Both were put back from a backup, and no start has said so to the log yet. */
  readonly isPutBack?: true
}

/** What data keys are wrapped under: 32 bytes each; the first wraps, all unwrap. */
export type MasterKeys = readonly [MasterKey, ...ReadonlyArray<MasterKey>]
type MasterKey = Redacted.Redacted<Uint8Array>

/** Data keys by id, one per registration, and the service's own secrets. */
export class Vault extends Context.Service<
  Vault,
  {
    /** Names this vault for ever; the log says which vault it belongs to. */
    readonly id: string
    /** The log that was remembered last; undefined before the first one. */
    readonly log: Effect.Effect<RememberedLog | undefined, VaultUnavailable>
    /** Durable when it returns. */
    readonly rememberLog: (log: RememberedLog) => Effect.Effect<void, VaultUnavailable>
    /** Makes a data key under an id (UUIDv7); durable when it returns. */
    readonly createKey: (keyId: string) => Effect.Effect<void, VaultUnavailable>
    /** Encrypts a text for one place, under a fresh nonce: the same text twice gives two boxes. */
    readonly seal: (keyId: string, at: SealedField, plain: Redacted.Redacted<string>) => Effect.Effect<Sealed, KeyError>
    /** The text that was sealed for this very place. */
    readonly open: (sealed: Sealed, at: SealedField) => Effect.Effect<Redacted.Redacted<string>, KeyError | DoesNotOpen>
    /** Hex HMAC-SHA-256 of a text under a data key: comparable, and not to be guessed back once the key is destroyed. */
    readonly fingerprint: (keyId: string, text: Redacted.Redacted<string>) => Effect.Effect<string, KeyError>
    /** Hex HMAC-SHA-256 of a text under a secret of the service. */
    readonly keyedHash: (text: Redacted.Redacted<string>) => Effect.Effect<string, VaultUnavailable>
    /** Fails while no key can be made: found out by a write that leaves nothing, and only after some write was refused. */
    readonly probe: Effect.Effect<void, VaultUnavailable>
    /** Hex SHA-256 that a data key can be known by, and not be guessed from. */
    readonly keyFingerprint: (keyId: string) => Effect.Effect<string, KeyError>
  }
>()("certreg/application/ports/Vault") {}
