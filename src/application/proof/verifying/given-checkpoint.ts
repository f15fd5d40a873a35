import { checkpointStream } from "../../history/ids.ts"
import { readCheckpointText } from "../checkpoint-note.ts"
import { isSignedBy, parseNote } from "../signed-note.ts"
import { forked, type Restores } from "./words.ts"

/** A checkpoint that somebody kept elsewhere. */
export type GivenCheckpoint = {
  readonly logId: string
  readonly lastPosition: number
  /** What is signed, and the signed note. */
  readonly text: string
  readonly note: string
}

/**
 * Reads a signed note of a checkpoint (contract/service-api §2), or the JSON that has it as `note`; undefined for anything else. What an editor
 * or a copy adds at the ends of lines or of the file is left out: it would not be signed.
 */
export const readGivenCheckpoint = (file: string): GivenCheckpoint | undefined => {
  const note = noteIn(file.replace(/^\uFEFF/, ""))
  const text = note === undefined ? undefined : parseNote(note)?.text
  const read = text === undefined ? undefined : readCheckpointText(text)
  return read && note !== undefined && text !== undefined
    ? { logId: read.logId, lastPosition: read.lastPosition, text, note }
    : undefined
}

const noteIn = (text: string): string | undefined => {
  if (!text.trimStart().startsWith("{")) return plain(text)
  try {
    const { note } = JSON.parse(text) as { readonly note?: unknown }
    return typeof note === "string" ? plain(note) : undefined
  } catch {
    return undefined
  }
}

const plain = (text: string): string => `${text.replaceAll("\r\n", "\n").trimEnd()}\n`

/** Why a log does not have a checkpoint that was given; undefined where it does. */
export const missingGiven = (
  { logId, lastPosition, note }: GivenCheckpoint,
  log: {
    readonly logId: string | undefined
    readonly signers: ReadonlyArray<string>
    readonly givenAt: number | undefined
    readonly restores: Restores | undefined
  }
): string | undefined => {
  if (logId !== log.logId) return "The given checkpoint is one of another log."
  if (!log.signers.some((signer) => isSignedBy(note, signer)))
    return "The given checkpoint is not signed by a signer of this log."
  if (log.givenAt !== undefined) return undefined
  const why = log.restores ? forked(log.restores) : " Events are missing at the end, or were written anew."
  return `The log does not have the given checkpoint, up to position ${lastPosition}, although it is signed by its signer: the stream ${checkpointStream} has another one there, or none.${why}`
}
