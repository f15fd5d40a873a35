import type { Answer } from "./answers.ts"
import { refusal, success } from "./answers.ts"
import type { Caller } from "./callers.ts"
import { admit } from "./callers.ts"
import type { ConfirmBody } from "./confirm-body.ts"
import { parseConfirmBody, problemsOf } from "./confirm-body.ts"
import { documentKinds, errors } from "./contract.ts"
import type { Exchange, Prepared } from "./exchange.ts"
import { receiveBody } from "./exchange.ts"
import { startProcessing } from "./processing.ts"
import type { Submission } from "./registry.ts"
import type { Simulator } from "./simulator.ts"

type Admitted = Caller & { readonly admitted: true }

const MAX_BODY = 1024 * 1024

/** Counts what is wrong with a confirm of a submission that was confirmed already. */
const countRepeat = ({ ledger }: Simulator, submission: Submission, session: string | undefined): void => {
  ledger.confirms.repeated++
  if (submission.user.polls === submission.pollsAtConfirm) ledger.violate("confirm-repeated-without-a-poll", "confirm")
  if (submission.told) ledger.violate("confirm-repeated-after-the-poll-told", "confirm")
  if (session !== undefined && !submission.confirmedUnder.includes(session))
    ledger.violate("confirm-under-another-session", "confirm")
}

const newerOfThisPartner = (submission: Submission): boolean =>
  submission.user.submissions.slice(submission.ordinal).some((newer) => newer.openedUnder !== undefined)

const takeEffect = (
  simulator: Simulator,
  submission: Submission,
  session: string | undefined,
  raw: string,
  body: ConfirmBody
): void => {
  const { contacts, ledger, options, registry, scenarios } = simulator
  ledger.confirms.effective++
  submission.confirmedAt = Date.now()
  if (options.keepBodies === "on") submission.confirmBody = raw
  const { email, nik, phoneNumber } = body.metadata.userDetails
  startProcessing(simulator, submission, contacts.person(nik, email, phoneNumber))
  if (scenarios.of(submission.user.id).traits.has("superseded")) registry.open(submission.user, undefined)
  if (session !== undefined) submission.confirmedUnder.push(session)
}

const confirm = (
  simulator: Simulator,
  { record, call }: Exchange,
  { user, session, scenario }: Admitted,
  raw: string
): Answer => {
  const { ledger, registry, sessions } = simulator
  const body = parseConfirmBody(raw)
  if (body === undefined) {
    ledger.violate("json-wrong", call)
    return refusal(400, [errors.badRequest])
  }
  const submission =
    typeof body.submissionId === "string" ? registry.submissions.get(body.submissionId.toLowerCase()) : undefined
  if (submission?.user !== user) {
    ledger.violate("submission-foreign", call)
    return refusal(400, [errors.foreignSubmission])
  }
  record.submissionId = submission.id
  if (session !== undefined && !sessions.isAbout(session, submission.id))
    ledger.violate("session-reused", call, "for another submission")
  const problems = problemsOf(body)
  for (const { rule, path } of problems) ledger.violate(rule, call, path)
  if (problems.some(({ rule }) => rule !== "field-unknown")) return refusal(400, [errors.badRequest])
  const missing = documentKinds.filter((kind) => submission.objects[kind] === undefined)
  if (missing.length > 0) {
    ledger.violate("documents-missing", call, missing.join())
    return refusal(400, [errors.documentsMissing])
  }
  if (newerOfThisPartner(submission)) ledger.violate("confirm-of-an-older-submission", call)
  if (submission.confirmedAt === undefined) takeEffect(simulator, submission, session, raw, body)
  else {
    countRepeat(simulator, submission, session)
    if (scenario.traits.has("confirm-once")) return refusal(400, [errors.alreadyConfirmed])
    if (session !== undefined && !submission.confirmedUnder.includes(session)) submission.confirmedUnder.push(session)
  }
  submission.pollsAtConfirm = user.polls
  return success({ submissionId: submission.id })
}

/** Confirm upload (contract 4.4). */
export const prepareConfirm = (simulator: Simulator, exchange: Exchange): Prepared => {
  const caller = admit(simulator, exchange)
  const { ledger } = simulator
  const chunks: Array<Buffer> = []
  let size = 0
  if (exchange.query !== "") ledger.violate("query-wrong", "confirm")
  if (!/^application\/json(;|$)/.test(exchange.request.headers["content-type"] ?? ""))
    ledger.violate("content-type-wrong", "confirm")

  return {
    scenario: caller.scenario,
    faultPoints: ["confirm"],
    receive: () =>
      receiveBody(exchange.request, (chunk) => {
        size += chunk.length
        if (size <= MAX_BODY) chunks.push(chunk)
      }),
    take: () =>
      caller.admitted ? confirm(simulator, exchange, caller, Buffer.concat(chunks).toString("utf8")) : caller.refusal,
    delivered: () => {}
  }
}
