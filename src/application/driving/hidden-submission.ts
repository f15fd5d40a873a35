import { Effect } from "effect"
import { confirmationOf } from "../../domain/registration/registration.ts"
import { Settings } from "../settings.ts"
import { record } from "./record.ts"
import type { DueStep } from "./stepped.ts"

/**
 * A poll answered for another submission of the user, and nothing can be known of ours while that is his latest. A moment after the
 * confirmation the platform's answer may only lag; later a person has to find out.
 */
export const raiseHidden = Effect.fnUntraced(function* (due: DueStep, submissionId: string) {
  const { esignTimeout } = yield* Settings
  const since = confirmationOf(due.state)?.claim.at ?? due.now
  const raised = { _tag: "RaiseAttention", submissionId, reason: "another_submission" } as const
  const isLag = due.now >= since && due.now < since + 3 * esignTimeout
  return isLag ? due : yield* record(due.id, raised, due)
})
