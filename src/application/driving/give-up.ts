import { Effect } from "effect"
import type { State, Submission } from "../../domain/registration/registration.ts"
import { type FailureRun, keepsFailing } from "../failure-runs.ts"
import { Settings } from "../settings.ts"
import { TrustedClock } from "../trusted-clock.ts"
import { Failures } from "./failures.ts"
import { Gate, type Kind } from "./gate.ts"
import { record } from "./record.ts"
import { type DueStep, done } from "./stepped.ts"

/**
 * Milliseconds of an outage that this process has to see itself, however long ago the wait began: it may have been we who were away, and
 * after that the platform's side is given time to come back too.
 */
const minSeen = 86_400_000
const minOwnFailures = 3
/**
 * Milliseconds for which all calls of the kind must have failed when its own had no turn: without a gate it would have failed three times by
 * then.
 */
const minOthersFailing = 5 * 60_000

/** Ends a registration whose platform was unreachable for too long. A confirmation that may be out is asked about on and on. */
export const giveUp = (id: string) => Effect.map(record(id, { _tag: "GiveUp" }), ({ revision }) => done(revision))

/**
 * Whether an outage of a kind of call has lasted too long for a registration that waits for one: for more than `GIVE_UP_AFTER`, of which this
 * process saw a good part, and nothing but failures in it: three of its own calls, or behind a closed gate, where its turn may never come, all
 * calls of the kind.
 */
export const isTooLong = Effect.fnUntraced(function* ({ id, state }: DueStep, kind: Kind, now: number) {
  const since = waitsSince(state)
  if (since === undefined) return false
  const { giveUpAfter } = yield* Settings
  const failures = yield* Failures
  const gate = yield* Gate
  const moment = performance.now()
  const enough = Math.min(giveUpAfter, minSeen)
  const lasted = (run: FailureRun | undefined, count: number, millis: number) =>
    run !== undefined && run.count >= count && moment - run.since >= millis
  const isSeen =
    lasted(failures.of(id, kind), minOwnFailures, enough) ||
    lasted(gate.failuresOf(kind), keepsFailing, Math.max(enough, minOthersFailing))
  if (!isSeen) return false
  const clock = yield* TrustedClock
  return clock.elapsed(since, now) > giveUpAfter
})

/** Since when, by the wall clock, a registration waits for a call that an outage can end: also before the first one had its turn. */
const waitsSince = (state: State): number | undefined => {
  switch (state._tag) {
    case "Requested":
      return state.requestedAt
    case "AwaitingImages":
      return state.urlsCall?.since
    case "ReadyToConfirm":
      return completeAt(state.submission)
    default:
      return undefined
  }
}

/** Both images are there: since then. */
const completeAt = ({ images: { ktp, selfie } }: Submission): number =>
  Math.max(ktp?.at ?? Number.POSITIVE_INFINITY, selfie?.at ?? Number.POSITIVE_INFINITY)
