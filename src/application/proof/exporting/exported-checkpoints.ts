import { readCheckpointText } from "../checkpoint-note.ts"
import { type Contradiction, contradiction, type Place } from "./contradiction.ts"
import type { RegistrationExport } from "./export-format.ts"
import { textSignedBy } from "./exported-signers.ts"

/** What a checkpoint of an export covers: `count` events after one position, up to another. */
export type CoveredRange = {
  readonly after: number
  readonly last: number
  readonly count: number
  /** Hex. */
  readonly root: string
}

/** Numbers in a text have 15 digits at most: every reader holds them exactly. */
const tooLarge = 1e15

/** What the checkpoints of an export say, each signed by the signer of its time. */
export const checkpointsIn = (
  { checkpoints, logId }: RegistrationExport,
  signers: ReadonlyArray<string>
): ReadonlyArray<CoveredRange> | Contradiction => {
  const ranges: Array<CoveredRange> = []
  let [after, by] = [0, 0]
  for (const [n, { note, signer }] of checkpoints.entries()) {
    const place: Place = { in: "checkpoints", n }
    const key = signers[signer]
    const text = key === undefined ? undefined : textSignedBy(note, logId, [key])
    const read = text === undefined ? undefined : readCheckpointText(text)
    if (read?.logId !== logId || read.count >= tooLarge || read.lastPosition >= tooLarge)
      return contradiction(place, "its signer did not sign it")
    const { count, lastPosition: last, root } = read
    if (last <= after || signer < by) return contradiction(place, "it does not follow on the one before")
    ranges.push({ after, last, count, root })
    after = last
    by = signer
  }
  return ranges
}
