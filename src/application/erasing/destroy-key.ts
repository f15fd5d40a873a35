import { Effect } from "effect"
import type { StoredEvent } from "../ports/event-store.ts"
import { type Tombstone, Tombstones } from "../ports/tombstones.ts"
import { Vault } from "../ports/vault.ts"
import { signReceipt } from "./receipt.ts"

/** The first one of a history; nothing is decoded. */
const erasureIn = (history: ReadonlyArray<StoredEvent>): StoredEvent | undefined =>
  history.find(({ type }) => type === "PersonalDataErased")

/** The tombstone that is to stand for a key: the one that stands already, else one with a receipt that is signed now. */
export const tombstoneFor = Effect.fnUntraced(function* (
  keyId: string,
  history: ReadonlyArray<StoredEvent>,
  erased: StoredEvent
) {
  const { stateOf } = yield* Tombstones
  const key = yield* stateOf(keyId)
  if (key._tag === "Destroyed" && key.receipt) return { keyId, receipt: key.receipt }
  const receipt = yield* signReceipt(history, erased, yield* fingerprintOf(keyId))
  return { keyId, receipt } satisfies Tombstone
})

const fingerprintOf = (keyId: string) =>
  Vault.use((vault) => vault.keyFingerprint(keyId)).pipe(
    Effect.catchTags({
      KeyMissing: () => Effect.undefined,
      DataErased: () => Effect.undefined
    })
  )

/**
 * Destroys the key of a registration whose erasure is in its history, and answers what became of it, once that is durable and no byte of the
 * key is left. Twice is once: the first receipt stays.
 */
export const destroyKey = Effect.fnUntraced(function* (keyId: string, history: ReadonlyArray<StoredEvent>) {
  const { destroy, stateOf } = yield* Tombstones
  const erased = erasureIn(history)
  if (erased) yield* destroy([yield* tombstoneFor(keyId, history, erased)])
  return yield* stateOf(keyId)
})
