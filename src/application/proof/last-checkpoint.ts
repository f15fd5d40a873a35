import { Effect } from "effect"
import { checkpointStream } from "../history/ids.ts"
import { EventStore } from "../ports/event-store.ts"
import { noteOf } from "./checkpoint-event.ts"
import { brokenAt, lastCheckpointUpTo, signerBefore } from "./checkpoint-stream.ts"
import { readOpened } from "./opened.ts"

/** The last checkpoint of the log, who signed it, and the signed note that it comes to; undefined while there is none. */
export const readLastCheckpoint = Effect.gen(function* () {
  const store = yield* EventStore
  const last = yield* store.last(checkpointStream)
  const signed = last && (yield* lastCheckpointUpTo(last.revision))
  if (signed === undefined) return undefined
  const { stored, checkpoint } = signed
  const opened = yield* readOpened
  const publicKey = yield* signerBefore(checkpoint, opened)
  const note = noteOf(checkpoint, opened.logId, publicKey)
  if (publicKey === undefined || note === undefined) return yield* brokenAt(stored.revision)
  return { stored, checkpoint, logId: opened.logId, publicKey, note }
})
