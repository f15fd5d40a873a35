import { Clock, Effect } from "effect"
import { isAnswerBehind, isReportAhead } from "../../domain/registration/next-step.ts"
import { confirmationOf, isEnded, type Registration, submissionOf } from "../../domain/registration/registration.ts"
import { newId, sessionId } from "../history/ids.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { EsignPlatform, type PollAnswer } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"
import { calling } from "./calling.ts"
import { confirm } from "./confirm.ts"
import { raiseHidden } from "./hidden-submission.ts"
import { userOf } from "./issue-urls.ts"
import { Reconciled } from "./reconciled.ts"
import { record, refusalOf } from "./record.ts"
import { asked, type DueStep, done, putOffUntil } from "./stepped.ts"
import { ownerGoneAt, Transmissions } from "./transmissions.ts"
import { lookAgain, tryAgain } from "./try-again.ts"

/** Asks the platform what became of a confirmation, and records what its answer decides. */
export const poll = Effect.fnUntraced(function* (due: DueStep) {
  const { id } = due
  const submissionId = submissionOf(due.state)?.id ?? ""
  const platform = yield* EsignPlatform
  const call = platform.poll({ user: userOf(due), sessionId: newId(), mayTransmit: Effect.void }, submissionId)
  const askedAt = performance.now()
  return yield* calling("poll", id, call).pipe(
    Effect.flatMap((answer) => answered(due, submissionId, answer, askedAt)),
    Effect.catchTags({
      PlatformUnavailable: (error) => tryAgain(due, due.revision, "poll", error),
      PlatformRefused: () => lookAgain(due, due.revision),
      GateClosed: () => tryAgain(due, due.revision, "poll"),
      Superseded: () => lookAgain(due, due.revision)
    })
  )
})

const answered = Effect.fnUntraced(function* (due: DueStep, submissionId: string, answer: PollAnswer, askedAt: number) {
  const confirmation = confirmationOf(due.state)
  const reconciled = yield* Reconciled
  if (!due.isReconciled) yield* reconciled.mark(due.id)
  switch (answer._tag) {
    case "AnotherSubmission": {
      const { state, revision } = yield* raiseHidden(due, submissionId)
      return yield* askLater(due, state, revision)
    }
    case "NotConfirmed":
      return confirmation?.confirmedAt === undefined
        ? yield* denied(due, submissionId, askedAt)
        : yield* askLater(due, due.state, due.revision)
    case "Known":
      return yield* recordKnown(due, answer)
  }
})

/** The platform knows the confirmation of ours; where the log has forgotten it, it is claimed and known from now on. */
export const recordKnown = Effect.fnUntraced(function* (
  due: DueStep,
  { _tag, ...result }: Extract<PollAnswer, { readonly _tag: "Known" }>
) {
  const { owner } = yield* Settings
  const identity = yield* LogIdentity
  const transmissions = yield* Transmissions
  const reconciled = yield* Reconciled
  const claim = { owner, sessionId: sessionId(due.id, "confirm", due.state.submissions, identity) }
  const isForgotten = !due.isReconciled && !confirmationOf(due.state)
  const command = { _tag: "RecordResult", result, ...(isForgotten ? { claim } : {}) } as const
  const { state, revision } = yield* record(due.id, command, due)
  transmissions.settled(due.id)
  if (isForgotten) yield* reconciled.mark(due.id)
  return confirmationOf(state) ? yield* askLater(due, state, revision) : done(revision)
})

/** Undecided yet: again with growing pauses, soon while the platform's answer lags behind what its callback claimed. */
export const askLater = Effect.fnUntraced(function* (due: DueStep, state: Registration, revision: number) {
  const { verdictPollAfter, verdictPollMax } = yield* Settings
  const now = yield* Clock.currentTimeMillis
  // A change since was looked at by nobody: the pauses start again.
  const tries = revision === due.revision ? asked(due) : 0
  const [first, most] = isReportAhead(state)
    ? [Math.min(5000, verdictPollAfter), isAnswerBehind(state) ? verdictPollAfter : verdictPollMax]
    : [verdictPollAfter, verdictPollMax]
  return putOffUntil(revision, now + Math.min(most, first * 2 ** Math.min(tries, 30)), tries + 1)
})

/** The platform knows of no confirmation. What that proves depends on how long after our last transmission it was asked. */
const denied = Effect.fnUntraced(function* (due: DueStep, submissionId: string, askedAt: number) {
  const { id, state, revision } = due
  const { owner, esignTimeout } = yield* Settings
  const transmissions = yield* Transmissions
  const now = yield* Clock.currentTimeMillis
  // By the monotonic clock: a wall clock that is put right must not make a transmission look long past.
  const moment = performance.now()
  const last = transmissions.of(id) ?? {
    // We ourselves may have transmitted until a moment ago.
    at: confirmationOf(state)?.claim.owner === owner ? moment : ownerGoneAt,
    effect: "unknown",
    denials: 0
  }
  // Under the same session id it cannot do any harm to send it again.
  const session = sessionId(id, "confirm", state.submissions, yield* LogIdentity)
  const maySend = !isEnded(state) && !state.erased && !last.refusal
  if (maySend && confirmationOf(state)?.claim.sessionId === session) return yield* confirm(due)
  transmissions.set(id, last)
  const provesFrom = last.at + 3 * esignTimeout
  if (askedAt <= provesFrom)
    return putOffUntil(revision, now + Math.max(0, Math.floor(provesFrom - moment) + 1), due.tries)
  const denials = last.denials + 1
  transmissions.set(id, { ...last, denials })
  if (denials < 2) return putOffUntil(revision, now + Math.ceil(esignTimeout / 4), due.tries)
  transmissions.settled(id)
  if (maySend) return yield* confirm(due)
  // It is ended first.
  if (!isEnded(state) && state.erased) return putOffUntil(revision, now, 0)
  const command = last.refusal
    ? { ...refusalOf(last.refusal), submissionId, owner }
    : ({ _tag: "RecordNotConfirmed", submissionId } as const)
  return done((yield* record(id, command, due)).revision)
})
