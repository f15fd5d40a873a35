import type { RegistrationEvent } from "../../domain/registration/events.ts"
import { confirmationOf, type Instant, type State } from "../../domain/registration/registration.ts"
import type { Outcome } from "../ports/views.ts"

/** What was said last of how a registration came out, after an event that was recorded at `at` on a state. */
export const outcomeAfter = (
  known: Outcome | undefined,
  event: RegistrationEvent,
  before: State,
  at: Instant
): Outcome | undefined => {
  switch (event._tag) {
    case "CertificateIssued":
      return { kind: "issued", at, ...verdictAfter(before, at) }
    case "Rejected":
      return { kind: "rejected", at, ...verdictAfter(before, at) }
    case "Failed":
      return { kind: "failed", at, ...(event.by === "verdict" ? verdictAfter(before, at) : {}) }
    default:
      return known
  }
}

const verdictAfter = (before: State, at: Instant): Pick<Outcome, "verdictAfter"> => {
  const confirmation = confirmationOf(before)
  return confirmation ? { verdictAfter: at - (confirmation.confirmedAt ?? confirmation.claim.since) } : {}
}
