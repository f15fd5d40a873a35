import { hash } from "node:crypto"
import type { Position } from "../ports/event-store.ts"
import { rawPublicKey } from "./ed25519.ts"

/** What a checkpoint says of a log. */
export type Checkpoint = {
  readonly logId: string
  /** Hex SHA-256 of the text before it in the stream of checkpoints; 64 zeros for the first. */
  readonly previous: string
  /** How many events it covers: those after the last position of the checkpoint before it, up to its own. */
  readonly count: number
  readonly lastPosition: number
  /** Hex tree hash (RFC 9162 §2.1.1) of the events that it covers. */
  readonly root: string
}

/** The events that a checkpoint covers: `count` of them after one position, up to another. */
export type CoveredRange = {
  readonly after: Position
  readonly upTo: Position
  readonly count: number
  /** As of the checkpoint. */
  readonly root: string
}

/** `after`: where the checkpoint before it ends, 0 for the first. */
export const rangeOf = (
  { lastPosition, count, root }: Pick<Checkpoint, "lastPosition" | "count" | "root">,
  after: Position
): CoveredRange => ({ after, upTo: lastPosition, count, root })

export const isIn = ({ after, upTo }: CoveredRange, position: Position): boolean => position > after && position <= upTo

/** Says which key signs from here on. */
type SignerChange = {
  readonly logId: string
  /** As of a checkpoint. */
  readonly previous: string
  /**
   * Who signed before it, undefined where nobody did. Named in the text: else whoever knows the new key alone could be shown any other as the
   * one before it. Both are base64 of the SPKI form of an Ed25519 public key.
   */
  readonly former: string | undefined
  readonly signer: string
}

/** Before the first text there is none. */
export const firstPrevious = "0".repeat(64)

/** What the next text calls `previous`. */
export const hashOfText = (text: string): string => hash("sha256", text)

/** The name of the keys that sign for a log, in signed notes. */
export const keyNameOf = (logId: string): string => `certreg/${logId}`

export const checkpointText = ({ logId, previous, count, lastPosition, root }: Checkpoint): string =>
  [
    "certreg checkpoint 1",
    `log ${logId}`,
    `previous ${previous}`,
    `count ${count}`,
    `last position ${lastPosition}`,
    `root ${root}`,
    ""
  ].join("\n")

export const signerText = ({ logId, previous, former, signer }: SignerChange): string =>
  [
    "certreg signer 1",
    `log ${logId}`,
    `previous ${previous}`,
    ...(former === undefined ? [] : [`former ${former}`]),
    `signer ${signer}`,
    ""
  ].join("\n")

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
const sha256 = "[0-9a-f]{64}"
/** Of 15 digits at most: every reader holds it exactly. */
const natural = "[1-9][0-9]{0,14}"

const checkpointLines = new RegExp(
  `^certreg checkpoint 1\nlog (${uuid})\nprevious (${sha256})\ncount (${natural})\nlast position (${natural})\nroot (${sha256})\n$`
)
const key = "[A-Za-z0-9+/=]{60}"
const signerLines = new RegExp(
  `^certreg signer 1\nlog (${uuid})\nprevious (${sha256})\n(?:former (${key})\n)?signer (${key})\n$`
)

/** What a text says; undefined for one that is not to the letter as `checkpointText` writes it. */
export const readCheckpointText = (text: string): Checkpoint | undefined => {
  const [, logId, previous, count, lastPosition, root] = checkpointLines.exec(text) ?? []
  if (!logId || !previous || !root) return undefined
  return { logId, previous, count: Number(count), lastPosition: Number(lastPosition), root }
}

/** What a text says; undefined for one that is not to the letter as `signerText` writes it. */
export const readSignerText = (text: string): SignerChange | undefined => {
  const [, logId, previous, former, signer] = signerLines.exec(text) ?? []
  if (!logId || !previous || !signer || !rawPublicKey(signer)) return undefined
  return former === undefined || rawPublicKey(former) ? { logId, previous, former, signer } : undefined
}
