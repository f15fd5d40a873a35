import { Effect } from "effect"
import { follow, followToEnd, type Handle } from "../follow.ts"
import { Health } from "../health.ts"
import { registrationOf } from "../history/ids.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { EventStore, type EventStoreUnavailable, type Position, type RecordedEvent } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import type { Signer } from "../ports/signer.ts"
import { type Tombstone, Tombstones } from "../ports/tombstones.ts"
import type { Vault, VaultUnavailable } from "../ports/vault.ts"
import { tombstoneFor } from "./destroy-key.ts"

/** Events that are read again at most after a restart: each time that the place is saved costs a sync of the disk. */
const savedEvery = 10_000

/** How many streams are read at once. */
const concurrency = 16

/**
 * Destroys the key of each registration whose erasure is in the log, whoever appended it and whatever became of him. Never returns. It reads
 * no more of an event than its type and the name of the key: what cannot be decoded does not stop it. After a restore it begins anew, and
 * destroys again what a vault from a backup has; where a tombstone could not be settled (`settleTombstones`), so does the next start.
 */
export const destroyErasedKeys = Effect.gen(function* () {
  const { logId, epoch } = yield* LogIdentity
  const { destroy, destroyedUpTo, saveDestroyedUpTo } = yield* Tombstones
  const { works } = yield* Health
  const place = yield* destroyedUpTo
  const isSettled = place?.logId === logId && place.epoch === epoch
  let unsaved = 0
  const save = (position: Position) => saveDestroyedUpTo({ logId, epoch, position })

  const handle: Handle<EventStoreUnavailable | VaultUnavailable, Needs, VaultUnavailable> = Effect.fnUntraced(
    function* (events, position) {
      const erased = events.filter(isErasure)
      const tombstones = yield* Effect.forEach(erased, tombstoneOf, { concurrency })
      const found = tombstones.filter((tombstone) => tombstone !== undefined)
      if (found.length > 0) yield* destroy(found)
      works("destroy_keys")
      unsaved += events.length
      if (!isSettled || (found.length === 0 && unsaved < savedEvery)) return Effect.void
      unsaved = 0
      return save(position)
    }
  )

  const reached = yield* followToEnd(handle, isSettled ? place.position : 0)
  if (isSettled && unsaved > 0) yield* save(reached)
  return yield* follow({ position: Effect.succeed(reached), handle })
})

type Needs = EventStore | Tombstones | Vault | Signer | Log

const isErasure = ({ type, stream }: RecordedEvent): boolean =>
  type === "PersonalDataErased" && registrationOf(stream) !== undefined

const tombstoneOf = Effect.fnUntraced(function* (erased: RecordedEvent) {
  const store = yield* EventStore
  const { events } = yield* store.read(erased.stream)
  const keyId = keyIdIn(events[0]?.data)
  if (keyId !== undefined) return (yield* tombstoneFor(keyId, events, erased)) satisfies Tombstone
  const { error } = yield* Log
  error("key_not_named", { stream: erased.stream, revision: erased.revision })
  return undefined
})

/** Of `Requested`, whatever else it holds. */
const keyIdIn = (data: { readonly [key: string]: unknown } | undefined): string | undefined => {
  const personal = data?.["personal"]
  if (typeof personal !== "object" || personal === null || !("keyId" in personal)) return undefined
  return typeof personal.keyId === "string" ? personal.keyId : undefined
}
