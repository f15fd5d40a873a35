import { Effect } from "effect"
import type { StoredEvent } from "../../ports/event-store.ts"
import { KeptCheckpoint } from "../../ports/kept-checkpoint.ts"
import { Log } from "../../ports/log.ts"
import { readLastCheckpoint } from "../last-checkpoint.ts"

type Signed = {
  readonly stored: Pick<StoredEvent, "revision" | "hash">
  readonly checkpoint: { readonly count: number }
  readonly logId: string
  readonly note: string
}

/** Tells of a checkpoint outside of the log: in what the process says, and in the vault. */
export const makeKnown = Effect.fnUntraced(function* ({ stored, checkpoint: { count }, logId, note }: Signed) {
  const { revision, hash } = stored
  const log = yield* Log
  const { keep } = yield* KeptCheckpoint
  log.info("checkpoint_signed", { revision, count, note })
  yield* keep({ logId, revision, hash, note })
})

/** Tells of the last one, where the vault has another: whoever signed it may have ended before he told of it. */
export const makeLastKnown = Effect.gen(function* () {
  const { load } = yield* KeptCheckpoint
  const last = yield* readLastCheckpoint
  if (last !== undefined && (yield* load)?.hash !== last.stored.hash) yield* makeKnown(last)
})
