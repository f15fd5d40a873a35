import { Effect } from "effect"
import { checkpointStream } from "../history/ids.ts"
import { EventStore, type EventStoreUnavailable, type StoredEvent } from "../ports/event-store.ts"
import { type CheckpointEvent, readCheckpointEvent } from "./checkpoint-event.ts"
import { ChainBroken, type Opened } from "./opened.ts"

/** An event of the stream of checkpoints, and what it says. */
export type Link = { readonly stored: StoredEvent; readonly event: CheckpointEvent }

export const brokenAt = (revision: number, code: ChainBroken["code"] = "unreadable"): ChainBroken =>
  new ChainBroken({ stream: checkpointStream, revision, code })

/** The event at a revision. */
export const readLink = Effect.fnUntraced(function* (revision: number) {
  const store = yield* EventStore
  const [stored] = (yield* store.read(checkpointStream, revision, 1)).events
  if (stored === undefined) return yield* brokenAt(revision, "missing")
  const event = readCheckpointEvent(stored)
  return event ? ({ stored, event } satisfies Link) : yield* brokenAt(revision)
})

/** The last checkpoint up to a revision: changes of the signer may stand behind it. undefined where there is none. */
export const lastCheckpointUpTo = Effect.fnUntraced(function* (
  revision: number,
  at: (revision: number) => Effect.Effect<Link, EventStoreUnavailable | ChainBroken, EventStore> = readLink
) {
  for (let n = revision; n >= 0; n--) {
    const { stored, event } = yield* at(n)
    if (event._tag === "CheckpointSigned") return { stored, checkpoint: event }
  }
  return undefined
})

/** Who signed before an event, or signed it where it is a checkpoint; undefined where nobody did. */
export const signerBefore = Effect.fnUntraced(function* ({ signerSince }: CheckpointEvent, { signer }: Opened) {
  if (signerSince === undefined) return signer
  const { event } = yield* readLink(signerSince)
  return event._tag === "SignerChanged" ? event.signer : yield* brokenAt(signerSince)
})
