import { Effect } from "effect"
import type { Registration } from "../../domain/registration/registration.ts"
import { type KeyState, Tombstones } from "../ports/tombstones.ts"
import { Vault, type VaultUnavailable } from "../ports/vault.ts"

const missing: KeyState = { _tag: "Missing" }
const stateOf = (keyId: string) => Tombstones.use((tombstones) => tombstones.stateOf(keyId))
const orUndefined = <A, R>(look: Effect.Effect<A, VaultUnavailable, R>) =>
  Effect.catchTag(look, "VaultUnavailable", () => Effect.undefined)

/** What became of a key, as far as its row tells; undefined while the vault cannot be read. */
export const lookAtKey = (keyId: string) => orUndefined(stateOf(keyId))

/** The same of the key of a registration, with the master key at hand: one that does not unwrap is as missing as one that is not there. */
export const tryKey = Effect.fnUntraced(function* ({ request: { personal } }: Registration) {
  const key = yield* stateOf(personal.keyId)
  if (key._tag !== "Present") return key
  const { keyFingerprint } = yield* Vault
  return yield* keyFingerprint(personal.keyId).pipe(
    Effect.as(key),
    Effect.catchTags({
      KeyMissing: () => Effect.succeed(missing),
      // Destroyed since.
      DataErased: () => stateOf(personal.keyId)
    })
  )
}, orUndefined)
