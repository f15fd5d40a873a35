import { Result, Schema } from "effect"
import type { StoredEvent } from "../ports/event-store.ts"
import { checkpointText, keyNameOf, signerText } from "./checkpoint-note.ts"
import { bytesOfBase64, isSignatureOf, rawPublicKey, signatureBytes } from "./ed25519.ts"
import { noteWith, type Signature } from "./signed-note.ts"

const Sha256 = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))
const Natural = Schema.Int.check(Schema.isGreaterThan(0))
const Revision = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const PublicKey = Schema.String.check(Schema.makeFilter((text) => rawPublicKey(text) !== undefined))
/** Base64 of 64 bytes. */
const Signed = Schema.String.check(Schema.makeFilter((text) => bytesOfBase64(text)?.length === signatureBytes))

/**
 * The events from `previous.lastPosition` on up to `lastPosition` had this root when it was signed. `signerSince`: the revision of the
 * `SignerChanged` that brought in the signer; absent for the one that the log's first event names.
 */
const CheckpointSigned = Schema.TaggedStruct("CheckpointSigned", {
  previous: Sha256,
  count: Natural,
  lastPosition: Natural,
  root: Sha256,
  signerSince: Schema.optionalKey(Revision),
  signature: Signed
})

/**
 * From here on another key signs; both say so. `signerSince` is that of the former one, which is absent where there was none: at the very
 * beginning, in a log whose first event names no signer.
 */
const SignerChanged = Schema.TaggedStruct("SignerChanged", {
  previous: Sha256,
  signer: PublicKey,
  signerSince: Schema.optionalKey(Revision),
  signatures: Schema.Struct({ former: Schema.optionalKey(Signed), signer: Signed })
})

export type CheckpointSigned = typeof CheckpointSigned.Type
export type SignerChanged = typeof SignerChanged.Type
export type CheckpointEvent = CheckpointSigned | SignerChanged

const decode = Schema.decodeUnknownResult(Schema.Union([CheckpointSigned, SignerChanged]), {
  onExcessProperty: "error"
})

/** Who signs when an event comes (base64 of the SPKI form): a checkpoint itself, the former one of a change. undefined where nobody does yet. */
type SignerBefore = string | undefined

/** What an event of the stream of checkpoints says; undefined: nothing that this version can read. Believes none of its signatures. */
export const readCheckpointEvent = ({
  type,
  version,
  data
}: Pick<StoredEvent, "type" | "version" | "data">): CheckpointEvent | undefined => {
  const isObject = typeof data === "object" && data !== null
  const decoded = version === 1 && isObject && !("_tag" in data) ? decode({ ...data, _tag: type }) : undefined
  return decoded && Result.isSuccess(decoded) ? decoded.success : undefined
}

/** The text that its signatures are over. */
export const textOf = (event: CheckpointEvent, logId: string, signer: SignerBefore): string =>
  event._tag === "CheckpointSigned"
    ? checkpointText({ ...event, logId })
    : signerText({ ...event, logId, former: signer })

/** The signatures and whose they are; undefined where there is one that nobody made, or none of somebody who should have signed. */
const signaturesOf = (event: CheckpointEvent, signer: SignerBefore): ReadonlyArray<Signature> | undefined => {
  const expected: ReadonlyArray<readonly [string | undefined, string | undefined]> =
    event._tag === "CheckpointSigned"
      ? [[signer, event.signature]]
      : [
          [signer, event.signatures.former],
          [event.signer, event.signatures.signer]
        ]
  const signatures: Array<Signature> = []
  for (const [publicKey, base64] of expected) {
    if (publicKey === undefined && base64 === undefined) continue
    if (publicKey === undefined || base64 === undefined) return undefined
    signatures.push({ publicKey, signature: Buffer.from(base64, "base64") })
  }
  return signatures
}

/** Whether everybody signed who should have. */
export const isSigned = (event: CheckpointEvent, logId: string, signer: SignerBefore): boolean => {
  const signatures = signaturesOf(event, signer)
  const text = textOf(event, logId, signer)
  return signatures?.every(({ publicKey, signature }) => isSignatureOf(text, signature, publicKey)) ?? false
}

/** The signed note that an event comes to (C2SP signed-note); undefined where others signed than should have. */
export const noteOf = (event: CheckpointEvent, logId: string, signer: SignerBefore): string | undefined => {
  const signatures = signaturesOf(event, signer)
  return signatures && noteWith(textOf(event, logId, signer), keyNameOf(logId), signatures)
}
