import { type Contradiction, contradiction } from "./contradiction.ts"
import type { RegistrationExport } from "./export-format.ts"
import { checkpointsIn } from "./exported-checkpoints.ts"
import { checkEventsIn } from "./exported-events.ts"
import { signersIn } from "./exported-signers.ts"

/** What an export proves. `from`: the first revision that no checkpoint covers. */
export type ExportVerdict =
  | { readonly _tag: "Proven" }
  | { readonly _tag: "SignerUnknown" }
  | { readonly _tag: "NotCovered"; readonly from: number }
  | Contradiction

/** Verifies an export by itself, and against a key that the reader trusts (base64 of its SPKI form). */
export const verifyExport = (file: RegistrationExport, key: string | undefined): ExportVerdict => {
  const signers = signersIn(file)
  if (isContradiction(signers)) return signers
  const ranges = checkpointsIn(file, signers)
  if (isContradiction(ranges)) return ranges
  const uncovered = checkEventsIn(file, ranges)
  if (uncovered !== undefined && isContradiction(uncovered)) return uncovered
  if (key !== undefined && !signers.includes(key))
    return contradiction({ in: "key" }, "it is none of those that sign here")
  if (uncovered !== undefined) return { _tag: "NotCovered", from: uncovered }
  return key === undefined ? { _tag: "SignerUnknown" } : { _tag: "Proven" }
}

const isContradiction = (found: object | number): found is Contradiction =>
  typeof found === "object" && "_tag" in found && found._tag === "Contradiction"
