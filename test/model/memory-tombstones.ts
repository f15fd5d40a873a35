import { Effect } from "effect"
import type { DestroyedUpTo, KeyState, Receipt, Tombstone, Tombstones } from "../../src/application/ports/tombstones.ts"
import { VaultUnavailable } from "../../src/application/ports/vault.ts"
import type { Line } from "./line.ts"
import type { MemoryKeys } from "./memory-vault.ts"

/** What was destroyed, by key id, and up to where: it outlives the processes. */
export class MemoryGraveyard {
  readonly receipts = new Map<string, Receipt>()
  place: DestroyedUpTo | undefined
}

export const memoryTombstones = (
  keys: MemoryKeys,
  graveyard: MemoryGraveyard,
  line: Line,
  watch: (tombstone: Tombstone) => void = () => {}
): Tombstones["Service"] => {
  const unavailable = new VaultUnavailable({ operation: "destroy", code: "reader_in_the_way" })
  const stateOf = (keyId: string): KeyState => {
    const isThere = keys.get(keyId)
    if (isThere === undefined) return { _tag: "Missing" }
    if (isThere) return { _tag: "Present" }
    const receipt = graveyard.receipts.get(keyId)
    return receipt ? { _tag: "Destroyed", receipt } : { _tag: "Destroyed" }
  }
  return {
    stateOf: (keyId) => line.call(() => Effect.sync(() => stateOf(keyId))),
    destroy: (tombstones) =>
      line.call(() => {
        const fault = line.faultOf("destroy")
        if (fault === "turned_away") return Effect.fail(unavailable)
        for (const tombstone of tombstones) {
          const { keyId, receipt } = tombstone
          watch(tombstone)
          keys.set(keyId, false)
          if (!graveyard.receipts.has(keyId)) graveyard.receipts.set(keyId, receipt)
        }
        return fault === undefined ? Effect.void : Effect.fail(unavailable)
      }),
    page: (after, limit) =>
      line.call(() =>
        Effect.sync(() =>
          [...graveyard.receipts]
            .map(([keyId, receipt]) => ({ keyId, receipt }))
            .filter(({ keyId }) => keyId > after)
            .sort((one, other) => (one.keyId < other.keyId ? -1 : 1))
            .slice(0, limit)
        )
      ),
    destroyedUpTo: line.call(() => Effect.sync(() => graveyard.place)),
    saveDestroyedUpTo: (place) =>
      line.call(() =>
        Effect.sync(() => {
          graveyard.place = place
        })
      )
  }
}
