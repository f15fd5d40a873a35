import { Effect } from "effect"
import { Settings } from "../settings.ts"
import { record } from "./record.ts"
import { type DueStep, done, putOffUntil } from "./stepped.ts"
import { trustedTime } from "./trusted-time.ts"

/** Ends a registration whose images did not come in time. Irreversible: not by a clock that nobody confirmed. */
export const expire = Effect.fnUntraced(function* (due: DueStep) {
  const { id, revision, now } = due
  const { uploadWindow, sweepInterval } = yield* Settings
  const at = yield* trustedTime(due)
  if (at === undefined) return putOffUntil(revision, now + 3 * sweepInterval, 0)
  return done((yield* record(id, { _tag: "Expire", at, uploadWindow }, due)).revision)
})
