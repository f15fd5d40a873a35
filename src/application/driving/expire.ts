import { Clock, Effect } from "effect"
import { submissionOf } from "../../domain/registration/registration.ts"
import { newId } from "../history/ids.ts"
import { EsignPlatform } from "../ports/esign-platform.ts"
import { Settings } from "../settings.ts"
import { TrustedClock } from "../trusted-clock.ts"
import { calling } from "./calling.ts"
import { userOf } from "./issue-urls.ts"
import { record } from "./record.ts"
import { type DueStep, done, putOffUntil } from "./stepped.ts"

/** Ends a registration whose images did not come in time. Irreversible: not by a clock that nobody confirmed. */
export const expire = Effect.fnUntraced(function* (due: DueStep) {
  const { id, revision } = due
  const { uploadWindow, sweepInterval } = yield* Settings
  const clock = yield* TrustedClock
  const at = yield* Clock.currentTimeMillis
  if (!clock.isTrusted(at) && clock.mayAsk()) yield* askTheTime(due)
  if (!clock.isTrusted(at)) return putOffUntil(revision, at + 3 * sweepInterval, 0)
  return done((yield* record(id, { _tag: "Expire", at, uploadWindow }, due)).revision)
})

/** Any answer of the platform carries its time, and a poll changes nothing. */
const askTheTime = Effect.fnUntraced(function* (due: DueStep) {
  const platform = yield* EsignPlatform
  // Before there are URLs there is no submission to name: that the platform knows of none is an answer as well.
  const submissionId = submissionOf(due.state)?.id ?? newId()
  const call = { user: userOf(due), sessionId: newId(), mayTransmit: Effect.void }
  yield* Effect.ignore(calling("poll", due.id, platform.poll(call, submissionId)))
})
