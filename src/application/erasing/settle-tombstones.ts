import { Effect } from "effect"
import { process } from "../caller.ts"
import { streamOf } from "../history/ids.ts"
import { load } from "../history/load.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { Log } from "../ports/log.ts"
import { type Tombstone, Tombstones } from "../ports/tombstones.ts"
import { transact } from "../transact.ts"

const pageSize = 500
const concurrency = 16

/**
 * After a restore, and before anything is served: what the vault says was destroyed, and the log has forgotten, is erased in the log too.
 * Answers how many registrations that were. One that the log does not know at all, or knows under another key, is passed over; while there is
 * one that cannot be read, the next start looks again.
 */
export const settleTombstones = Effect.fnUntraced(function* (owner: string) {
  const { logId, epoch } = yield* LogIdentity
  const { destroyedUpTo, saveDestroyedUpTo, page } = yield* Tombstones
  const place = yield* destroyedUpTo
  if (place?.logId === logId && place.epoch === epoch) return 0
  let [settled, unreadable] = [0, 0]
  let after = ""
  while (true) {
    const tombstones = yield* page(after, pageSize)
    const last = tombstones.at(-1)
    if (last === undefined) break
    after = last.keyId
    const outcomes = yield* Effect.forEach(tombstones, (tombstone) => settle(owner, tombstone), { concurrency })
    settled += outcomes.filter((outcome) => outcome === "settled").length
    unreadable += outcomes.filter((outcome) => outcome === "unreadable").length
  }
  // Begins the place of this epoch: from now on it is known what was looked at.
  if (unreadable === 0) yield* saveDestroyedUpTo({ logId, epoch, position: 0 })
  const { warn } = yield* Log
  if (settled > 0) warn("tombstones_settled", { count: settled })
  return settled
})

const settle = Effect.fnUntraced(function* (owner: string, { keyId, receipt: { registrationId } }: Tombstone) {
  const { state, unreadable } = yield* load(registrationId)
  if (state._tag === "Initial" || state.erased || state.request.personal.keyId !== keyId) return "known"
  if (unreadable) {
    const { error } = yield* Log
    error("tombstone_not_settled", { stream: streamOf(registrationId), revision: unreadable.revision })
    return "unreadable"
  }
  yield* transact(registrationId, { _tag: "RecordErased" }, { actor: process(owner) })
  return "settled"
})
