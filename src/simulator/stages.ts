import type { ChosenEnding, Trait } from "./test-values.ts"

type Check = "PASS" | "FAIL"

/** What the submission result says of the identity (contract 5). */
interface Verification {
  readonly nik: Check
  readonly name: Check
  readonly dateOfBirth: Check
  readonly selfie: Check
}

/** One change of a submission. */
export interface Stage {
  /** Milliseconds since the stage before. */
  readonly afterMs: number
  readonly status: string
  readonly result?: string
  readonly reasonCode?: string
  readonly verification?: Verification
  /** Fields of the result that are replaced. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** `held`: sent after the callback of the next stage. */
  readonly callback: "sent" | "held" | "none"
}

const passed: Verification = { nik: "PASS", name: "PASS", dateOfBirth: "PASS", selfie: "PASS" }

const failedChecks: Readonly<Record<string, Partial<Verification>>> = {
  DUKCAPIL_REJECTED: { nik: "FAIL" },
  LIVENESS_CHECK_FAILED: { selfie: "FAIL" },
  AETHER_VERIFICATION_FAILED: { selfie: "FAIL" }
}

const rejected = (failed: Partial<Verification>, reasonCode?: string): Omit<Stage, "afterMs"> => ({
  status: "COMPLETED",
  result: "INVALID",
  verification: { ...passed, ...failed },
  callback: "sent",
  ...(reasonCode === undefined ? {} : { reasonCode })
})

const issued: Omit<Stage, "afterMs"> = { status: "COMPLETED", result: "VALID", verification: passed, callback: "sent" }

/** The last word on a submission; undefined: there will be none. */
const lastWord = (chosen: ChosenEnding | undefined): Omit<Stage, "afterMs"> | undefined => {
  switch (chosen?.ending) {
    case undefined:
      return issued
    case "rejected":
      return rejected(failedChecks[chosen?.reasonCode ?? "DUKCAPIL_REJECTED"] ?? {}, chosen?.reasonCode)
    case "failed":
      return {
        status: "ERROR",
        callback: "sent",
        ...(chosen?.reasonCode === undefined ? {} : { reasonCode: chosen.reasonCode })
      }
    case "mismatch-nik":
      return rejected({ nik: "FAIL" }, "DUKCAPIL_REJECTED")
    case "mismatch-name":
      return rejected({ name: "FAIL" }, "DUKCAPIL_REJECTED")
    case "mismatch-birth-date":
      return rejected({ dateOfBirth: "FAIL" }, "DUKCAPIL_REJECTED")
    case "mismatch-face":
      return rejected({ selfie: "FAIL" }, "AETHER_VERIFICATION_FAILED")
    case "no-result":
      return { status: "COMPLETED", callback: "sent" }
    case "partial-only":
    case "stuck":
      return undefined
  }
}

/** What becomes of a submission once its identity was checked: the first stage follows at once. */
export const stagesOf = (
  chosen: ChosenEnding | undefined,
  traits: ReadonlySet<Trait>,
  issueMs: number
): ReadonlyArray<Stage> => {
  if (chosen?.ending === "stuck") return []
  const last = lastWord(chosen)
  const verified = chosen === undefined || chosen.ending === "partial-only" || chosen.ending === "no-result"
  const partialResult = traits.has("partial-invalid")
    ? { result: "INVALID" }
    : traits.has("partial-no-result")
      ? {}
      : { result: "VALID", verification: passed }
  const partial: Stage = {
    afterMs: 0,
    status: "PARTIALLY_COMPLETED",
    callback: traits.has("reorder") && last !== undefined ? "held" : "sent",
    ...partialResult
  }
  const partialComes = traits.has("partial-first") || (verified && !traits.has("no-partial")) || last === undefined
  return [
    ...(partialComes ? [partial] : []),
    ...(last === undefined ? [] : [{ ...last, afterMs: partialComes ? issueMs : 0 }])
  ]
}
