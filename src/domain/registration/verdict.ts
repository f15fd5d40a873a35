import { Result } from "effect"
import type { SubmissionResult } from "./commands.ts"
import type { Decision } from "./decision.ts"
import type { RegistrationEvent } from "./events.ts"
import { confirmationOf, type Registration, submissionOf } from "./registration.ts"

/**
 * What the platform's own answer to a poll adds (contract/esign-api §5): nothing while it does not decide, and never without a
 * confirmation of this very submission. An answer that knows the confirmation settles it, whatever else it says.
 */
export const decideResult = (said: SubmissionResult, state: Registration): Decision => {
  const { submissionId } = said
  if (submissionOf(state)?.id !== submissionId) return Result.fail({ _tag: "AnotherSubmission" })
  const confirmation = confirmationOf(state)
  if (!confirmation)
    return state._tag === "ReadyToConfirm" || state._tag === "AwaitingImages"
      ? Result.fail({ _tag: "NotClaimed" })
      : Result.succeed([])
  const events: Array<RegistrationEvent> = []
  if (confirmation.confirmedAt === undefined) events.push({ _tag: "Confirmed", submissionId, knownBy: "poll" })
  const outcome = outcomeOf(said, state)
  if (outcome) events.push(outcome)
  return Result.succeed(events)
}

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
  if (verified && (state._tag === "ReadyToConfirm" || state._tag === "AwaitingVerdict"))
    return { _tag: "IdentityVerified", submissionId, ...(verification === undefined ? {} : { verification }) }
  return undefined
}
