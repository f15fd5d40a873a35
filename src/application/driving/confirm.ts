import { Clock, Effect } from "effect"
import { isReportAhead } from "../../domain/registration/next-step.ts"
import { confirmationOf, submissionOf } from "../../domain/registration/registration.ts"
import { sessionId } from "../history/ids.ts"
import { LogIdentity } from "../history/log-identity.ts"
import { openPersonal } from "../personal-data.ts"
import { EsignPlatform, type PlatformRefused, type PlatformUnavailable } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"
import { calling } from "./calling.ts"
import { userOf } from "./issue-urls.ts"
import { mayTransmit } from "./may-transmit.ts"
import { record, refusalOf } from "./record.ts"
import { type DueStep, done, putOffUntil } from "./stepped.ts"
import { Transmissions } from "./transmissions.ts"
import { lookAgain, tryAgain } from "./try-again.ts"

/**
 * Claims the confirmation if it is not ours yet, sends it, and records what is known of it then. Comes here for the first transmission, and
 * for a repeat once a poll said that nothing was confirmed.
 */
export const confirm = Effect.fnUntraced(function* (due: DueStep) {
  const { id } = due
  const submissionId = submissionOf(due.state)?.id ?? ""
  const { owner } = yield* Settings
  const platform = yield* EsignPlatform
  const transmissions = yield* Transmissions
  const session = sessionId(id, "confirm", due.state.submissions, yield* LogIdentity)
  const before = confirmationOf(due.state)
  // Nothing is claimed that could not be sent.
  const personal = yield* openPersonal(id, due.state.request.personal)
  const claimed =
    before?.claim.owner === owner
      ? due
      : yield* record(id, { _tag: "ClaimConfirm", submissionId, owner, sessionId: session }, due)
  const { revision } = claimed
  const claim = confirmationOf(claimed.state)?.claim
  const known = transmissions.of(id)
  const isFirst = before === undefined || (before.claim.owner === owner && known?.effect === "none" && !known.refusal)
  const guard = yield* mayTransmit(id, (now) => confirmationOf(now)?.claim, claim, claimed !== due)

  const call = platform.confirm({ user: userOf(due), sessionId: session, mayTransmit: guard }, submissionId, personal)
  return yield* calling("confirm", id, call).pipe(
    Effect.tap(Effect.sync(() => transmissions.settled(id))),
    Effect.andThen(record(id, { _tag: "RecordConfirmed", submissionId, knownBy: "answer" }, claimed)),
    Effect.map(({ state, revision }) =>
      // A callback that was faster than the answer is asked about at once.
      isReportAhead(state) ? putOffUntil(revision, due.now, 0) : done(revision)
    ),
    Effect.catchTags({
      PlatformRefused: (error) => refused(due, error, revision, isFirst),
      PlatformUnavailable: (error) => unavailable(due, error, revision, isFirst),
      GateClosed: () => notSent(due, revision, isFirst, true),
      Superseded: () => notSent(due, revision, isFirst, false)
    })
  )
})

/** Whether a confirmation is claimed by us, and nothing of it can have had an effect. */
export const isUnsent = Effect.fnUntraced(function* ({ id, state }: DueStep) {
  const { owner } = yield* Settings
  const transmissions = yield* Transmissions
  return (
    state._tag === "ReadyToConfirm" &&
    state.confirmation?.claim.owner === owner &&
    transmissions.of(id)?.effect === "none"
  )
})

/** A refusal of the first transmission is the end. Of a repeat it proves nothing: the one before may have been executed. */
const refused = Effect.fnUntraced(function* (due: DueStep, error: PlatformRefused, revision: number, isFirst: boolean) {
  const transmissions = yield* Transmissions
  const submissionId = submissionOf(due.state)?.id ?? ""
  const { owner, esignTimeout } = yield* Settings
  if (isFirst) {
    transmissions.settled(due.id)
    return done((yield* record(due.id, { ...refusalOf(error), submissionId, owner })).revision)
  }
  const at = yield* Clock.currentTimeMillis
  transmissions.set(due.id, { at: performance.now(), effect: "unknown", refusal: error, denials: 0 })
  return putOffUntil(revision, at + 3 * esignTimeout, 0)
})

/** What was only claimed has no effect, and is not asked about: its first transmission is still to come. */
const notSent = Effect.fnUntraced(function* (due: DueStep, revision: number, isFirst: boolean, isTurnedAway: boolean) {
  const transmissions = yield* Transmissions
  if (isFirst) transmissions.set(due.id, { at: performance.now(), effect: "none", denials: 0 })
  return yield* isTurnedAway ? tryAgain(due, revision, "confirm") : lookAgain(due, revision)
})

const unavailable = Effect.fnUntraced(function* (
  due: DueStep,
  error: PlatformUnavailable,
  revision: number,
  isFirst: boolean
) {
  const transmissions = yield* Transmissions
  const effect = isFirst && error.effect === "none" ? "none" : "unknown"
  transmissions.set(due.id, { at: performance.now(), effect, denials: 0 })
  return yield* tryAgain(due, revision, "confirm", error)
})
