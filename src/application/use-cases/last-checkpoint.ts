import { Effect } from "effect"
import { checkpointStream } from "../history/ids.ts"
import { EventStore } from "../ports/event-store.ts"
import { noteOf, readCheckpointEvent } from "../proof/checkpoint-event.ts"
import { ChainBroken, readOpened, signerBefore } from "../proof/signing/chain-end.ts"
import { notFound } from "./find-registration.ts"

/** The last checkpoint of the log, with the signed note that it comes to; `NotFound` while there is none. */
export const lastCheckpoint = Effect.gen(function* () {
  const { stored, checkpoint } = yield* lastSigned
  const { revision, recordedAt: signedAt } = stored
  const opened = yield* readOpened
  const publicKey = yield* signerBefore(checkpoint, opened)
  const note = noteOf(checkpoint, opened.logId, publicKey)
  if (publicKey === undefined || note === undefined) return yield* broken(revision, "unreadable")
  const { previous, count, lastPosition, root } = checkpoint
  return { note, logId: opened.logId, revision, previous, count, lastPosition, root, signedAt, publicKey }
})

/** Changes of the signer may stand behind it. */
const lastSigned = Effect.gen(function* () {
  const store = yield* EventStore
  let stored = yield* store.last(checkpointStream)
  while (stored) {
    const checkpoint = readCheckpointEvent(stored)
    if (!checkpoint) return yield* broken(stored.revision, "unreadable")
    if (checkpoint._tag === "CheckpointSigned") return { stored, checkpoint }
    if (stored.revision === 0) break
    const before = stored.revision - 1
    stored = (yield* store.read(checkpointStream, before, 1)).events[0]
    if (!stored) return yield* broken(before, "missing")
  }
  return yield* Effect.fail(notFound)
})

const broken = (revision: number, code: ChainBroken["code"]) =>
  new ChainBroken({ stream: checkpointStream, revision, code })
