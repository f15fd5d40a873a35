import type { Change, Submission } from "./registry.ts"
import type { Trait } from "./test-values.ts"

const titled = (word: string): string => word.charAt(0) + word.slice(1).toLowerCase()

const writtenOdd = (result: Readonly<Record<string, unknown>>, traits: ReadonlySet<Trait>): Record<string, unknown> => {
  const odd: Record<string, unknown> = traits.has("null-fields")
    ? { result: null, reasonCode: "", processedAt: null, submissionDetails: null, ...result }
    : { ...result }
  for (const field of ["status", "result"]) {
    if (traits.has("mixed-case") && typeof odd[field] === "string") odd[field] = titled(odd[field])
  }
  if (traits.has("upper-ids")) odd["submissionId"] = String(odd["submissionId"]).toUpperCase()
  return odd
}

const detailsOf = ({ stage }: Change, certificateId: string | undefined, upper: boolean) => ({
  ...(stage.verification === undefined ? {} : { verificationResult: stage.verification }),
  ...(certificateId === undefined ? {} : { registrationId: upper ? certificateId.toUpperCase() : certificateId }),
  eligibleToActivate: false,
  shouldSkipActivation: true,
  onboardingCode: "NEW_USER"
})

/** The submission result (contract 5) as callback and poll tell it: as it was at that change, or while nothing has changed yet. */
export const resultOf = (
  submission: Submission,
  change: Change | undefined,
  traits: ReadonlySet<Trait>
): Record<string, unknown> => {
  const { certificateId, user } = submission
  const stage = change?.stage
  const issued = stage?.status === "COMPLETED" && stage.result === "VALID"
  const result = {
    submissionId: submission.id,
    flow: "CERT_REG",
    userId: user.id,
    userIdType: user.idType,
    partnerSessionId: submission.confirmedUnder[0] ?? submission.openedUnder,
    status: stage?.status ?? (submission.confirmedAt === undefined ? "INITIATED" : "IN_PROGRESS"),
    ...(stage?.result === undefined ? {} : { result: stage.result }),
    ...(change === undefined ? {} : { processedAt: new Date(change.at).toISOString() }),
    ...(stage?.reasonCode === undefined ? {} : { reasonCode: stage.reasonCode }),
    ...(change === undefined || stage?.result === undefined
      ? {}
      : { submissionDetails: detailsOf(change, issued ? certificateId : undefined, traits.has("upper-ids")) }),
    ...stage?.fields
  }
  return traits.size === 0 ? result : writtenOdd(result, traits)
}
