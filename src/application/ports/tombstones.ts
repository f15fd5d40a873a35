import { Context, type Effect } from "effect"
import type { Position } from "./event-store.ts"
import type { VaultUnavailable } from "./vault.ts"

/**
 * Says that personal data was erased (contract/service-api §2): signed with Ed25519 (RFC 8032) over the RFC 8785 form of its members but
 * `signature` and `publicKey`.
 */
export type Receipt = {
  readonly registrationId: string
  /** RFC 3339, UTC, milliseconds: when `PersonalDataErased` was recorded. */
  readonly erasedAt: string
  /** The client that asked for it; `process` where nobody did. */
  readonly erasedBy: string
  /** Absent where the key was not there any more. */
  readonly keyFingerprint?: string
  /** Of the event `PersonalDataErased`. */
  readonly eventHash: string
  /** Base64url. */
  readonly signature: string
  /** Base64 of its SPKI form. */
  readonly publicKey: string
}

/** What became of a data key. `Missing`: it is not there and was never destroyed, an incident. */
export type KeyState =
  | { readonly _tag: "Present" }
  | { readonly _tag: "Destroyed"; readonly receipt?: Receipt }
  | { readonly _tag: "Missing" }

export type Tombstone = { readonly keyId: string; readonly receipt: Receipt }

/** Up to where in the log the keys of what was erased are destroyed. */
export type DestroyedUpTo = { readonly logId: string; readonly epoch: number; readonly position: Position }

/** Keys that were destroyed, with their receipts, and up to where in the log that was done. */
export class Tombstones extends Context.Service<
  Tombstones,
  {
    readonly stateOf: (keyId: string) => Effect.Effect<KeyState, VaultUnavailable>
    /**
     * Destroys data keys and leaves a tombstone for each, also for one that was never there. When it returns, that is durable and no byte of
     * them is left in any file. Twice is once: the first receipt stays. With `reader_in_the_way` it fails after 10 seconds in which somebody
     * read the vault's file all the time: the keys are gone, and their bytes are not; the same again goes on.
     */
    readonly destroy: (tombstones: ReadonlyArray<Tombstone>) => Effect.Effect<void, VaultUnavailable>
    /** Up to `limit` tombstones that have a receipt, by key id, after one (`""`: from the first on). */
    readonly page: (after: string, limit: number) => Effect.Effect<ReadonlyArray<Tombstone>, VaultUnavailable>
    /** undefined before the first time. */
    readonly destroyedUpTo: Effect.Effect<DestroyedUpTo | undefined, VaultUnavailable>
    readonly saveDestroyedUpTo: (place: DestroyedUpTo) => Effect.Effect<void, VaultUnavailable>
  }
>()("certreg/application/ports/Tombstones") {}
