import { Effect } from "effect"
import { noteOf } from "../checkpoint-event.ts"
import { brokenAt } from "../checkpoint-stream.ts"
import type { Opened } from "../opened.ts"
import type { CheckpointsOfLog } from "./checkpoints-of-log.ts"

/** A key that signs for a log from some revision of the stream of checkpoints on; the one that the log's first event names has none. */
export type SignerOfLog = { readonly since: number | undefined; readonly publicKey: string }

/** All keys that signed for a log, first to last, and the notes by which each one after the first took over. */
export const readSigners = Effect.fnUntraced(function* ({ end, at }: CheckpointsOfLog, { logId, signer }: Opened) {
  const newest = end < 0 ? undefined : (yield* at(end)).event
  const revisions: Array<number> = []
  let since = newest?._tag === "SignerChanged" ? end : newest?.signerSince
  while (since !== undefined) {
    if (since >= (revisions.at(0) ?? end + 1)) return yield* brokenAt(since)
    revisions.unshift(since)
    since = (yield* at(since)).event.signerSince
  }

  const signers: Array<SignerOfLog> = signer === undefined ? [] : [{ since: undefined, publicKey: signer }]
  const changes: Array<string> = []
  for (const revision of revisions) {
    const { event: change } = yield* at(revision)
    if (change._tag !== "SignerChanged") return yield* brokenAt(revision)
    const former = signers.at(-1)?.publicKey
    const note = noteOf(change, logId, former)
    if (note === undefined) return yield* brokenAt(revision)
    signers.push({ since: revision, publicKey: change.signer })
    // Nobody signed before the first one of a log that was opened without: there is nothing that another key vouches for.
    if (former !== undefined) changes.push(note)
  }
  return { signers, changes }
})
