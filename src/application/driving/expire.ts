import { Effect } from "effect"
import { Settings } from "../settings.ts"
import { record } from "./record.ts"
import { type DueStep, done, putOffUntil } from "./stepped.ts"
import { nextLookAtClock, trustedTime } from "./trusted-time.ts"

/** Ends a registration whose images did not come in time. Irreversible: not by a clock that nobody confirmed. */
export const expire = Effect.fnUntraced(function* (due: DueStep) {
  const settings = yield* Settings
  const at = yield* trustedTime(due)
  if (at === undefined) return putOffUntil(due.revision, nextLookAtClock(due, settings), 0)
  return done((yield* record(due.id, { _tag: "Expire", at, uploadWindow: settings.uploadWindow }, due)).revision)
})
