import { refusal, success } from "./answers.ts"
import { admit } from "./callers.ts"
import type { DocumentKind } from "./contract.ts"
import { errors } from "./contract.ts"
import type { Exchange, Prepared } from "./exchange.ts"
import type { Submission, User } from "./registry.ts"
import { documentReference } from "./registry.ts"
import type { Scenario } from "./scenarios.ts"
import type { Simulator } from "./simulator.ts"

const urlsOf = ({ options, urls, storageBase }: Simulator, submission: Submission, { traits }: Scenario) => {
  const ttl = traits.has("short-urls") ? 1 : options.urlTtl
  const document = (kind: DocumentKind) => {
    const reference = documentReference(submission, kind)
    return {
      documentUrl: urls.issue(options.storageBase || storageBase, reference, ttl),
      documentReference: reference,
      expiryInSeconds: String(ttl)
    }
  }
  return {
    submissionId: submission.id,
    status: "INITIATED",
    documents: { KTP: document("KTP"), SELFIE: document("SELFIE") }
  }
}

/** The submission that this session id opened before: the platform takes the id for an idempotency id. */
const openedBefore = (simulator: Simulator, user: User, session: string | undefined): Submission | undefined => {
  const before = session === undefined ? undefined : user.submissions.findLast((one) => one.openedUnder === session)
  if (before?.confirmedAt !== undefined) simulator.ledger.violate("session-reused", "urls", "after its end")
  return before
}

/** Get presigned URLs (contract 4.2). */
export const prepareUrls = (simulator: Simulator, exchange: Exchange): Prepared => {
  const caller = admit(simulator, exchange)
  const { ledger, options, registry } = simulator
  const cert = exchange.query === "submissionType=CERT_REG"
  if (!cert) ledger.violate("query-wrong", "urls")

  return {
    scenario: caller.scenario,
    faultPoints: ["urls"],
    receive: async () => true,
    take: () => {
      if (!caller.admitted) return caller.refusal
      if (!cert) return refusal(400, [errors.badSubmissionType])
      const { scenario, session, user } = caller
      const before = openedBefore(simulator, user, session)
      const repeatable = options.repeatableUrls === "on" && !scenario.traits.has("new-urls")
      const submission = repeatable && before !== undefined ? before : registry.open(user, session)
      exchange.record.submissionId = submission.id
      return success(urlsOf(simulator, submission, scenario))
    },
    delivered: () => {}
  }
}
