import { Clock, Effect } from "effect"
import { submissionOf } from "../../domain/registration/registration.ts"
import { newId } from "../history/ids.ts"
import { EsignPlatform } from "../ports/esign-platform.ts"
import type { Settings } from "../settings.ts"
import { TrustedClock } from "../trusted-clock.ts"
import { calling } from "./calling.ts"
import { userOf } from "./issue-urls.ts"
import type { DueStep } from "./stepped.ts"

/** The time, for what cannot be undone: the platform is asked now and then where nobody has confirmed our clock. undefined: it must wait. */
export const trustedTime = Effect.fnUntraced(function* (due: DueStep) {
  const clock = yield* TrustedClock
  const at = yield* Clock.currentTimeMillis
  if (clock.isTrusted(at)) return at
  if (!clock.mayAsk()) return undefined
  yield* askTheTime(due)
  const now = yield* Clock.currentTimeMillis
  return clock.isTrusted(now) ? now : undefined
})

/** When what waits for our clock to be confirmed is looked at again. */
export const nextLookAtClock = ({ now }: DueStep, { sweepInterval }: Settings["Service"]): number =>
  now + 3 * sweepInterval

/** Any answer of the platform carries its time, and a poll changes nothing. */
const askTheTime = Effect.fnUntraced(function* (due: DueStep) {
  const platform = yield* EsignPlatform
  // Before there are URLs there is no submission to name: that the platform knows of none is an answer as well.
  const submissionId = submissionOf(due.state)?.id ?? newId()
  const call = { user: userOf(due), sessionId: newId(), mayTransmit: Effect.void }
  yield* Effect.ignore(calling("poll", due.id, platform.poll(call, submissionId)))
})
