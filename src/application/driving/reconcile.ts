import { Effect } from "effect"
import { maxSubmissions, submissionOf } from "../../domain/registration/registration.ts"
import { newId, registrationId } from "../history/ids.ts"
import { load } from "../history/load.ts"
import { EsignPlatform, type PollAnswer } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"
import { calling } from "./calling.ts"
import { issueUrls, userOf } from "./issue-urls.ts"
import { askLater, recordKnown } from "./poll.ts"
import { Reconciled } from "./reconciled.ts"
import { record } from "./record.ts"
import { type DueStep, putOffUntil } from "./stepped.ts"
import { ownerGoneAt, Transmissions } from "./transmissions.ts"
import { lookAgain, tryAgain } from "./try-again.ts"

type AnotherSubmission = Extract<PollAnswer, { readonly _tag: "AnotherSubmission" }>

/**
 * Reconciles a registration of which the log, put back from a backup, knows no confirmation: there may be one at the platform all the same. It
 * is asked late enough for whatever left us before this process began to have taken effect.
 */
export const reconcile = Effect.fnUntraced(function* (due: DueStep) {
  const { id, revision } = due
  const { esignTimeout } = yield* Settings
  const tooEarly = ownerGoneAt + 3 * esignTimeout - performance.now()
  if (tooEarly >= 0) return putOffUntil(revision, due.now + Math.floor(tooEarly) + 1, due.tries)
  const platform = yield* EsignPlatform
  // Where there is no submission to name, any that the user has is another one.
  const submissionId = submissionOf(due.state)?.id ?? newId()
  const call = platform.poll({ user: userOf(due), sessionId: newId(), mayTransmit: Effect.void }, submissionId)
  return yield* calling("poll", id, call).pipe(
    Effect.flatMap((answer) => answered(due, answer)),
    Effect.catchTags({
      PlatformUnavailable: (error) => tryAgain(due, revision, "poll", error),
      PlatformRefused: () => lookAgain(due, revision),
      GateClosed: () => tryAgain(due, revision, "poll"),
      Superseded: () => lookAgain(due, revision)
    })
  )
})

const answered = Effect.fnUntraced(function* (due: DueStep, answer: PollAnswer) {
  switch (answer._tag) {
    case "Known":
      return yield* recordKnown(due, answer)
    case "NotConfirmed":
      return yield* denied(due)
    case "AnotherSubmission":
      return (yield* isInTheLog(due, answer.submissionId)) ? yield* denied(due) : yield* hidden(due, answer)
  }
})

/** Two polls that are late enough are proof; then it goes on as if nothing had been. */
const denied = Effect.fnUntraced(function* (due: DueStep, isReplaced = false) {
  const { id, revision, now, tries } = due
  const { esignTimeout } = yield* Settings
  const transmissions = yield* Transmissions
  const reconciled = yield* Reconciled
  const denials = (transmissions.of(id)?.denials ?? 0) + 1
  if (denials < 2) {
    transmissions.set(id, { at: ownerGoneAt, effect: "unknown", denials })
    return putOffUntil(revision, now + Math.ceil(esignTimeout / 4), tries)
  }
  transmissions.settled(id)
  const goesOn = isReplaced && !due.state.erased ? yield* issueUrls(due) : putOffUntil(revision, now, 0)
  yield* reconciled.mark(id)
  return goesOn
})

/** A submission that the log has forgotten is the user's latest. */
const hidden = Effect.fnUntraced(function* (due: DueStep, { submissionId: other, isConfirmed }: AnotherSubmission) {
  const { state } = due
  if (!isConfirmed && state._tag === "Requested") return yield* denied(due)
  // It replaced ours, or came after ours was settled. Either way ours leads nowhere any more, and a newer one hides nothing.
  if (!isConfirmed && state._tag === "AwaitingImages" && state.submissions < maxSubmissions)
    return yield* denied(due, true)
  // A newer one would hide for ever what becomes of it, or of ours.
  const submissionId = submissionOf(state)?.id ?? other
  const raised = { _tag: "RaiseAttention", submissionId, reason: "another_submission" } as const
  const attended = yield* record(due.id, raised, due)
  return yield* askLater(due, attended.state, attended.revision)
})

const isInTheLog = Effect.fnUntraced(function* ({ state: { request } }: DueStep, submissionId: string) {
  for (let attempt = 1; ; attempt++) {
    const { state } = yield* load(registrationId(request.partnerUserIdType, request.partnerUserId, attempt))
    if (state._tag === "Initial") return false
    if (submissionOf(state)?.id === submissionId) return true
  }
})
