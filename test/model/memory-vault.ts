import { hash } from "node:crypto"
import { Effect, Redacted } from "effect"
import {
  DataErased,
  DoesNotOpen,
  type KeyError,
  KeyMissing,
  type RememberedLog,
  type SealedField,
  type Vault,
  VaultUnavailable
} from "../../src/application/ports/vault.ts"
import type { Sealed } from "../../src/domain/registration/events.ts"
import type { Line } from "./line.ts"

/** Ids of keys that outlive the processes that use them; false once destroyed. */
export type MemoryKeys = Map<string, boolean>

/** The vault of one process. It keeps places and keys apart, and no secrets: a box is the text itself, beside its place. */
export const memoryVault = (
  keys: MemoryKeys,
  line: Line,
  remembered: { log?: RememberedLog } = {}
): Vault["Service"] => {
  const withKey = <A, E>(keyId: string, use: () => Effect.Effect<A, E>) =>
    line.call((): Effect.Effect<A, E | KeyError> => {
      if (line.faultOf("vault")) return Effect.fail(unavailable)
      const isThere = keys.get(keyId)
      if (isThere === undefined) return Effect.fail(new KeyMissing({ keyId }))
      return isThere ? use() : Effect.fail(new DataErased({ keyId }))
    })
  const unavailable = new VaultUnavailable({ operation: "key", code: "SQLITE_IOERR" })
  return {
    id: "vault",
    log: line.call(() => Effect.sync(() => remembered.log)),
    rememberLog: (log) =>
      line.call(() =>
        Effect.sync(() => {
          remembered.log = log
        })
      ),
    createKey: (keyId) =>
      line.call(() =>
        line.faultOf("vault") ? Effect.fail(unavailable) : Effect.sync(() => void keys.set(keyId, true))
      ),
    seal: (keyId, at, plain) =>
      withKey(keyId, () => Effect.succeed({ keyId, nonce: placeOf(keyId, at), box: Redacted.value(plain) })),
    open: (sealed, at) =>
      withKey(sealed.keyId, () =>
        sealed.nonce === placeOf(sealed.keyId, at)
          ? Effect.succeed(Redacted.make(sealed.box))
          : Effect.fail(new DoesNotOpen({ keyId: (sealed satisfies Sealed).keyId }))
      ),
    fingerprint: (keyId, text) => withKey(keyId, () => Effect.succeed(hash("sha256", keyId + Redacted.value(text)))),
    keyedHash: (text) => Effect.sync(() => hash("sha256", Redacted.value(text))),
    probe: Effect.void,
    keyFingerprint: (keyId) => withKey(keyId, () => Effect.succeed(hash("sha256", keyId)))
  }
}

const placeOf = (keyId: string, { stream, type, field }: SealedField): string =>
  JSON.stringify([keyId, stream, type, field])
