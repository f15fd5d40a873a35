import { Effect, Option } from "effect"
import type { ReportedResult, ReportedStatus } from "../../domain/registration/events.ts"
import { submissionOf } from "../../domain/registration/registration.ts"
import { platform } from "../caller.ts"
import { Views } from "../ports/views.ts"
import { transact } from "../transact.ts"
import { TryAgainLater } from "../try-again-later.ts"
import { Turns } from "../turns.ts"
import { attemptsOf } from "./request-registration.ts"

/** What a callback claims, as far as it could be read. */
export type Callback = {
  readonly submissionId: string
  readonly status: ReportedStatus
  readonly result?: ReportedResult
  readonly partnerUserId?: string
  readonly partnerUserIdType?: string
}

/** Milliseconds that a callback waits for others about the same registration. */
const patience = 2000

/**
 * Records the claim of a callback, as a hint: only the platform's own answer to our poll decides. A submission that is not ours, or is not
 * the current one, changes nothing. Answers the registration's id when it is known.
 */
export const recordCallback = Effect.fnUntraced(function* (callback: Callback) {
  const id = yield* findSubmission(callback)
  if (id === undefined) return undefined
  const { submissionId, status, result } = callback
  const turns = yield* Turns
  const report = { _tag: "ReportResult", submissionId, status, ...(result ? { result } : {}) } as const
  // In a flood of callbacks about one registration they would only get in each other's way.
  yield* turns.take(`callback/${id}`, patience, transact(id, report, { actor: platform })).pipe(
    Effect.filterOrFail(Option.isSome, () => new TryAgainLater()),
    Effect.catchIf(
      (error) => error._tag === "AnotherSubmission" || error._tag === "NotFound",
      () => Effect.void
    )
  )
  return id
})

/** By the submission in the rows; by the user when the rows do not have it yet. */
const findSubmission = Effect.fnUntraced(function* (callback: Callback) {
  const views = yield* Views
  const known = yield* views.idOfSubmission(callback.submissionId)
  if (known !== undefined || callback.partnerUserId === undefined || callback.partnerUserIdType === undefined)
    return known
  const attempts = yield* attemptsOf(callback.partnerUserIdType, callback.partnerUserId)
  return attempts.findLast(({ state }) => submissionOf(state)?.id === callback.submissionId)?.id
})
