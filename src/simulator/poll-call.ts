import type { Answer } from "./answers.ts"
import { refusal, success } from "./answers.ts"
import type { Caller } from "./callers.ts"
import { admit } from "./callers.ts"
import { errors, isUuid } from "./contract.ts"
import type { Exchange, Prepared } from "./exchange.ts"
import { header } from "./exchange.ts"
import type { User } from "./registry.ts"
import { resultOf } from "./results.ts"
import type { Simulator } from "./simulator.ts"

/** Older references list this header; a caller sends it, and it is to name one of the user's submissions. */
const checkSubmissionHeader = ({ ledger, registry }: Simulator, exchange: Exchange, user: User): void => {
  const named = header(exchange, "submissionid")
  if (!isUuid(named)) ledger.violate("header-missing", "poll", "submissionId")
  // Who has none yet cannot name one.
  else if (user.submissions.length > 0 && registry.submissions.get(named.toLowerCase())?.user !== user)
    ledger.violate("submission-foreign", "poll")
}

const poll = (
  { options }: Simulator,
  exchange: Exchange,
  { user, scenario }: Caller & { readonly admitted: true }
): Answer => {
  const latest = user.submissions.at(-1)
  if (latest === undefined) return refusal(404, [errors.noSuchPartnerUser])
  const { traits } = scenario
  const now = Date.now()
  exchange.record.submissionId = latest.id
  const known =
    latest.confirmedAt !== undefined && now >= latest.confirmedAt + (traits.has("confirm-lag") ? options.lagMs : 0)
  if (!known && traits.has("unconfirmed-404")) return refusal(404, [errors.noSuchUser])
  const shownUntil = now - (traits.has("poll-lag") ? options.lagMs : 0)
  const result = resultOf(latest, known ? latest.changes.findLast(({ at }) => at <= shownUntil) : undefined, traits)
  if (!known) result["status"] = "INITIATED"
  exchange.record.said = String(result["status"])
  return success(result)
}

/** Poll (contract 4.5): it answers for the user's latest submission. */
export const preparePoll = (simulator: Simulator, exchange: Exchange): Prepared => {
  const caller = admit(simulator, exchange)
  if (exchange.query !== "") simulator.ledger.violate("query-wrong", "poll")
  if (caller.admitted) checkSubmissionHeader(simulator, exchange, caller.user)

  return {
    scenario: caller.scenario,
    faultPoints: ["poll"],
    receive: async () => true,
    take: () => (caller.admitted ? poll(simulator, exchange, caller) : caller.refusal),
    delivered: () => {
      if (!caller.admitted) return
      const { record } = exchange
      caller.user.polls++
      simulator.sessions.finish(caller.session)
      const latest = caller.user.submissions.at(-1)
      if (
        latest?.id === record.submissionId &&
        latest?.confirmedAt !== undefined &&
        record.said !== "INITIATED" &&
        record.said !== undefined
      )
        latest.told = true
    }
  }
}
