import { Result } from "effect"
import { type Contradiction, contradiction } from "./contradiction.ts"
import { checkpointsIn } from "./exported-checkpoints.ts"
import { checkEventsIn } from "./exported-events.ts"
import { signersIn } from "./exported-signers.ts"
import { readExport } from "./read-export.ts"

/** What an export proves. `revision`: the first one that no checkpoint covers. */
export type ExportVerdict =
  | { readonly _tag: "Proven"; readonly events: number; readonly registrationId: string }
  | { readonly _tag: "SignerUnknown" }
  | { readonly _tag: "NotCovered"; readonly revision: number }
  | Contradiction

/** Verifies the bytes of an export by themselves, and against a key that the reader trusts (base64 of its SPKI form). */
export const verifyExport = (bytes: Uint8Array, key: string | undefined): ExportVerdict =>
  Result.merge(
    Result.gen(function* () {
      const file = yield* readExport(bytes)
      const signers = yield* signersIn(file)
      const ranges = yield* checkpointsIn(file, signers)
      const uncovered = yield* checkEventsIn(file, ranges)
      if (key !== undefined && !signers.includes(key))
        return contradiction({ in: "key" }, "it is none of those that sign here")
      if (uncovered !== undefined) return { _tag: "NotCovered", revision: uncovered } as const
      if (key === undefined) return { _tag: "SignerUnknown" } as const
      return { _tag: "Proven", events: file.events.length, registrationId: file.registrationId } as const
    })
  )
