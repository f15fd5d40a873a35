import { Result } from "effect"
import type { CommandOf, SubmissionResult } from "./commands.ts"
import type { Decision } from "./decision.ts"
import type { RegistrationEvent } from "./events.ts"
import { confirmationOf, type Registration, submissionOf } from "./registration.ts"

/**
 * What the platform's own answer to a poll adds (contract/esign-api §5): nothing while it does not decide, and never without a
 * confirmation of this very submission. An answer that knows the confirmation settles it, whatever else it says. With a claim, a
 * confirmation that the log has forgotten is recovered, whatever the log knows of its images: without them it would have been refused.
 */
export const decideResult = ({ result: said, claim }: CommandOf<"RecordResult">, state: Registration): Decision => {
  const { submissionId } = said
  if (submissionOf(state)?.id !== submissionId) return Result.fail({ _tag: "AnotherSubmission" })
  const confirmation = confirmationOf(state)
  const events: Array<RegistrationEvent> = []
  if (!confirmation) {
    if (state._tag !== "ReadyToConfirm" && state._tag !== "AwaitingImages") return Result.succeed([])
    if (!claim) return Result.fail({ _tag: "NotClaimed" })
    events.push({ _tag: "CallStarted", call: "confirm", try: state.submissions, ...claim })
  }
  if (confirmation?.confirmedAt === undefined) events.push({ _tag: "Confirmed", submissionId, knownBy: "poll" })
  const outcome = outcomeOf(said, state)
  if (outcome) events.push(outcome)
  return Result.succeed(events)
}

const beforeVerified: ReadonlySet<Registration["_tag"]> = new Set([
  "AwaitingImages",
  "ReadyToConfirm",
  "AwaitingVerdict"
] as const)

const outcomeOf = (said: SubmissionResult, state: Registration): RegistrationEvent | undefined => {
  const { submissionId, status, result, reasonCode, verification, certificateRegistrationId, processedAt } = said
  const why = {
    ...(reasonCode === undefined ? {} : { reasonCode }),
    ...(verification === undefined ? {} : { verification })
  }
  if (status === "ERROR")
    return { _tag: "Failed", submissionId, by: "verdict", ...(reasonCode === undefined ? {} : { reasonCode }) }
  if (status === "COMPLETED" && result === "INVALID") return { _tag: "Rejected", submissionId, ...why }
  if (status === "COMPLETED" && result === "VALID")
    return {
      _tag: "CertificateIssued",
      submissionId,
      ...(certificateRegistrationId === undefined ? {} : { certificateRegistrationId }),
      ...(processedAt === undefined ? {} : { processedAt })
    }
  const verified = status === "PARTIALLY_COMPLETED" && (result === "VALID" || result === undefined)
  // Recorded once, and not after an end: it decides nothing.
  if (verified && beforeVerified.has(state._tag))
    return { _tag: "IdentityVerified", submissionId, ...(verification === undefined ? {} : { verification }) }
  return undefined
}
