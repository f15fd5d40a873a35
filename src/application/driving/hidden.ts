import { Effect } from "effect"
import { confirmationOf } from "../../domain/registration/registration.ts"
import type { Known } from "../history/load.ts"
import { Settings } from "../settings.ts"
import { record } from "./record.ts"
import type { DueStep } from "./stepped.ts"

type Recorded = Known & { readonly revision: number }

/**
 * A poll answered for another submission of the user, and nothing can be known of ours while that is his latest. A moment after the
 * confirmation the platform's answer may only lag; later a person has to find out.
 */
export const hidden = Effect.fnUntraced(function* (due: DueStep, submissionId: string) {
  const { esignTimeout } = yield* Settings
  const since = confirmationOf(due.state)?.claim.at ?? due.now
  const raised = { _tag: "RaiseAttention", submissionId, reason: "another_submission" } as const
  const seen: Recorded = due.now >= since + 3 * esignTimeout ? yield* record(due.id, raised, due) : due
  return seen
})

/** A poll answered for ours: there is nothing to find out any more. */
export const seenAgain = (id: string, submissionId: string, known: Recorded) =>
  confirmationOf(known.state)?.attention === undefined
    ? Effect.succeed(known)
    : record(id, { _tag: "ClearAttention", submissionId }, known)
