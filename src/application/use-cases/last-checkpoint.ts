import { Effect } from "effect"
import { readLastCheckpoint } from "../proof/last-checkpoint.ts"
import { notFound } from "./find-registration.ts"

/** The last checkpoint of the log, with the signed note that it comes to; `NotFound` while there is none. */
export const lastCheckpoint = Effect.gen(function* () {
  const last = yield* readLastCheckpoint
  if (last === undefined) return yield* Effect.fail(notFound)
  const { note, logId, publicKey } = last
  const { revision, recordedAt: signedAt } = last.stored
  const { previous, count, lastPosition, root } = last.checkpoint
  return { note, logId, revision, previous, count, lastPosition, root, signedAt, publicKey }
})
