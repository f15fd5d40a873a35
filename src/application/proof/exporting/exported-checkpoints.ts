import { Result } from "effect"
import { type CoveredRange, keyNameOf, rangeOf, readCheckpointText } from "../checkpoint-note.ts"
import { textSignedBy } from "../signed-note.ts"
import { type Contradiction, contradiction } from "./contradiction.ts"
import type { RegistrationExport } from "./export-format.ts"

/** What the checkpoints of an export cover, each signed by the signer of its time. */
export const checkpointsIn = (
  { checkpoints, logId }: RegistrationExport,
  signers: ReadonlyArray<string>
): Result.Result<ReadonlyArray<CoveredRange>, Contradiction> => {
  const ranges: Array<CoveredRange> = []
  let [after, by] = [0, 0]
  for (const [n, { note, signer }] of checkpoints.entries()) {
    const wrong = (what: string) => Result.fail(contradiction({ in: "checkpoints", n }, what))
    const key = signers[signer]
    const text = key === undefined ? undefined : textSignedBy(note, keyNameOf(logId), [key])
    const read = text === undefined ? undefined : readCheckpointText(text)
    if (read?.logId !== logId) return wrong("its signer did not sign it")
    if (read.lastPosition <= after || signer < by) return wrong("it does not follow on the one before")
    ranges.push(rangeOf(read, after))
    after = read.lastPosition
    by = signer
  }
  return Result.succeed(ranges)
}
