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
const seenAtLeast = 86_400_000
const failedAtLeast = 3
/** Milliseconds that the failures of others have to last: meanwhile its own calls would have failed often enough, were there no gate. */
const othersAtLeast = 5 * 60_000

/** Ends a registration whose platform was unreachable for too long. A confirmation that may be out is asked about on and on. */
export const giveUp = (id: string) => Effect.map(record(id, { _tag: "GiveUp" }), ({ revision }) => done(revision))

/**
 * Whether an outage has lasted too long for a registration: it waits for more than `GIVE_UP_AFTER`, and this process saw nothing but failures
 * for a good part of that: three of its own calls failed, or behind a closed gate, where its turn may never come, all calls of the kind that
 * it waits for.
 */
export const isTooLong = Effect.fnUntraced(function* (due: DueStep, now: number) {
  const wait = waitOf(due.state)
  if (!wait) return false
  const { giveUpAfter } = yield* Settings
  const failures = yield* Failures
  const gate = yield* Gate
  const moment = performance.now()
  const enough = Math.min(giveUpAfter, seenAtLeast)
  const lasted = (run: FailureRun | undefined, count: number, millis: number) =>
    run !== undefined && run.count >= count && moment - run.since >= millis
  const isSeen =
    lasted(failures.of(due.id), failedAtLeast, enough) ||
    wait.kinds.some((kind) => lasted(gate.failuresOf(kind), keepsFailing, Math.max(enough, othersAtLeast)))
  if (!isSeen) return false
  const clock = yield* TrustedClock
  return clock.elapsed(wait.since, now) > giveUpAfter
})

type Wait = { readonly kinds: ReadonlyArray<Kind>; readonly since: number }

/** What a registration waits for that an outage can end, and since when by the wall clock: also before its first call had its turn. */
const waitOf = (state: State): Wait | undefined => {
  switch (state._tag) {
    case "Requested":
      return { kinds: ["urls"], since: state.requestedAt }
    case "AwaitingImages":
      return state.urlsCall && { kinds: ["urls"], since: state.urlsCall.since }
    case "ReadyToConfirm":
      return { kinds: state.confirmation ? ["confirm", "poll"] : ["confirm"], since: completeAt(state.submission) }
    default:
      return undefined
  }
}

/** Both images are there: since then. */
const completeAt = ({ images: { ktp, selfie } }: Submission): number =>
  Math.max(ktp?.at ?? Number.POSITIVE_INFINITY, selfie?.at ?? Number.POSITIVE_INFINITY)
