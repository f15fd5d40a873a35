import { Effect } from "effect"
import { checkpointStream } from "../../history/ids.ts"
import { noteOf } from "../checkpoint-event.ts"
import type { CheckpointsOfLog } from "./checkpoints-of-log.ts"
import { ChainBroken, type Opened } from "../signing/chain-end.ts"

/** A key that signs for a log from some revision of the stream of checkpoints on; the one that the log's first event names has none. */
export type SignerOfLog = { readonly since: number | undefined; readonly publicKey: string }

/** All keys that signed for a log, first to last, and the notes by which each one after the first took over. */
export const readSigners = Effect.fnUntraced(function* ({ end, at }: CheckpointsOfLog, { logId, signer }: Opened) {
  const broken = (revision: number) => new ChainBroken({ stream: checkpointStream, revision, code: "unreadable" })
  const newest = end < 0 ? undefined : yield* at(end)
  const revisions: Array<number> = []
  let since = newest?._tag === "SignerChanged" ? end : newest?.signerSince
  while (since !== undefined) {
    if (since >= (revisions.at(0) ?? end + 1)) return yield* broken(since)
    revisions.unshift(since)
    since = (yield* at(since)).signerSince
  }

  const signers: Array<SignerOfLog> = signer === undefined ? [] : [{ since: undefined, publicKey: signer }]
  const changes: Array<string> = []
  for (const revision of revisions) {
    const change = yield* at(revision)
    if (change._tag !== "SignerChanged") return yield* broken(revision)
    const former = signers.at(-1)?.publicKey
    const note = noteOf(change, logId, former)
    if (note === undefined) return yield* broken(revision)
    signers.push({ since: revision, publicKey: change.signer })
    // Nobody signed before the first one of a log that was opened without: there is nothing that another key vouches for.
    if (former !== undefined) changes.push(note)
  }
  return { signers, changes }
})
