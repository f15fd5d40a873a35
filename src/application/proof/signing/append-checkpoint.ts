import { Effect, Schema } from "effect"
import { appendOwnEvent } from "../../history/append-own-event.ts"
import { checkpointStream } from "../../history/ids.ts"
import { Signer } from "../../ports/signer.ts"
import { Telemetry } from "../../ports/telemetry.ts"
import { Settings } from "../../settings.ts"
import { checkpointText, hashOfText, keyNameOf } from "../checkpoint-note.ts"
import { base64 } from "../ed25519.ts"
import { noteWith } from "../signed-note.ts"
import { type ChainEnd, endOf } from "./chain-end.ts"
import { makeKnown } from "./make-known.ts"
import type { Uncovered } from "./uncovered.ts"

/** Another key signs for the log than the one of this process. */
class NotTheSigner extends Schema.TaggedError<NotTheSigner>()("NotTheSigner", {}) {
  readonly code = "other_signer"
  override get message(): string {
    return "Another key signs for the log by now: start with it, or with both."
  }
}

/**
 * Signs a checkpoint over what is not covered yet, where that is worth it, and answers the new end of the chain; undefined: nothing was to be
 * signed. Whoever was faster makes it fail with `RevisionConflict`.
 */
export const appendCheckpoint = Effect.fnUntraced(function* (end: ChainEnd, uncovered: Uncovered) {
  const { worthSigning, count } = uncovered
  if (worthSigning === undefined) return undefined
  const { lastPosition, root } = worthSigning
  const { current } = yield* Signer
  const { owner } = yield* Settings
  if (end.signer !== current.publicKey) return yield* new NotTheSigner({})

  const { logId } = end.opened
  const fields = { previous: end.previous, count, lastPosition, root }
  const text = checkpointText({ logId, ...fields })
  const signature = current.sign(text)
  const since = end.signerSince === undefined ? {} : { signerSince: end.signerSince }
  const stored = yield* appendOwnEvent(
    owner,
    { ...end, stream: checkpointStream },
    { type: "CheckpointSigned", version: 1, data: { ...fields, ...since, signature: base64(signature) } }
  )
  const note = noteWith(text, keyNameOf(logId), [{ publicKey: current.publicKey, signature }])
  const { checkpointSigned } = yield* Telemetry
  checkpointSigned(lastPosition, Date.parse(stored.recordedAt) / 1000)
  yield* makeKnown({ stored, checkpoint: fields, logId, note })
  return endOf(end, stored, { previous: hashOfText(text), lastPosition })
})
