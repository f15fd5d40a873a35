import { hash } from "node:crypto"
import type { StoredData } from "../../domain/registration/event-codec.ts"
import type { Actor, NewEvent, Tip } from "../ports/event-store.ts"
import { canonicalJson } from "./canonical-json.ts"
import { newId } from "./ids.ts"

export const firstPreviousHash = "0".repeat(64)

/** Who appends, and on whose behalf. */
export type Origin = { readonly actor: Actor; readonly correlationId: string; readonly causationId?: string }

/**
 * The final form of new events: ids, places, times and hashes, made once, so that an append whose outcome is unknown is repeated to the
 * letter. A clock that went back does not go back in the history.
 */
export const chain = (
  stream: string,
  tip: Tip,
  data: ReadonlyArray<StoredData>,
  origin: Origin,
  now: number
): ReadonlyArray<NewEvent> => {
  const time = new Date(now).toISOString()
  const recordedAt = tip._tag === "At" && tip.recordedAt > time ? tip.recordedAt : time
  let revision = tip._tag === "At" ? tip.revision : -1
  let previousHash = tip._tag === "At" ? tip.hash : firstPreviousHash
  return data.map((stored) => {
    const event = { stream, revision: ++revision, id: newId(), ...stored, recordedAt, ...origin, previousHash }
    const bytes = canonicalJson(event)
    previousHash = hash("sha256", bytes)
    return { ...event, bytes, hash: previousHash }
  })
}
