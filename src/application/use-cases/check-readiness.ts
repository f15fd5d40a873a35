import { Clock, Effect, Option, Redacted } from "effect"
import { conditionsNow } from "../conditions.ts"
import { Health, type HistoryCheck } from "../health.ts"
import { downWords, type Moment, upWords } from "../outage-words.ts"
import type { Position } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import { Vault } from "../ports/vault.ts"
import { StoreCheck } from "../store-check.ts"
import { problemsOf } from "./name-problems.ts"

const now = Effect.map(Clock.currentTimeMillis, (wall): Moment => ({ wall, monotonic: performance.now() }))

/** Asks a dependency; that it goes down, or is there again, is said once. Answers what it answered. */
const ask = Effect.fnUntraced(function* <A, R>(
  dependency: "eventStore" | "keys",
  probe: Effect.Effect<A, { readonly code: string }, R>
) {
  const { up, down } = yield* Health
  const log = yield* Log
  return yield* Effect.matchEffect(probe, {
    onSuccess: (answer) =>
      Effect.sync(() => {
        const before = up(dependency)
        if (before) {
          const millis = Math.round(performance.now() - before.since)
          log.info("dependency_up", { operation: dependency, millis, detail: upWords(dependency, millis) })
        }
        return Option.some(answer)
      }),
    onFailure: ({ code }) =>
      Effect.map(now, (at) => {
        const since = at.monotonic
        if (down(dependency, since, code)) {
          const detail = downWords({ dependency, since, code }, at)
          log.error("dependency_down", { operation: dependency, code, detail })
        }
        return Option.none()
      })
  })
})

/** A key that nobody made is not there; to say so, the vault has to be looked at. */
const probeOfVault = Vault.use((vault) =>
  vault.fingerprint("ready", Redacted.make("")).pipe(
    Effect.catchTag("KeyMissing", () => Effect.void),
    Effect.catchTag("DataErased", () => Effect.void),
    Effect.andThen(vault.probe)
  )
)

/** How far the check of the history is, in words for whoever asks. */
const historyOf = ({ checkedTo, at, flaw, outage }: HistoryCheck, end: Position) => {
  const problem = outage ? `The log cannot be read beyond position ${checkedTo} (${outage}).` : flaw
  return { checkedTo, of: end, ...(at && { at }), ...(problem && { problem }) }
}

/**
 * Ready while commands can be accepted: event store and keys work, and this process is not stopping. A flaw in the history is said, and is
 * no reason to accept nothing.
 */
export const checkReadiness = Effect.gen(function* () {
  const { isStopping, historyCheck } = yield* Health
  const end = Option.flatten(yield* ask("eventStore", (yield* StoreCheck).check))
  yield* ask("keys", probeOfVault)
  const history = Option.isSome(end) ? historyOf(historyCheck(), end.value) : undefined
  const dependencies = yield* conditionsNow
  const ready = !isStopping() && dependencies.eventStore === "up" && dependencies.keys === "up"
  return { ready, dependencies, problems: yield* problemsOf(yield* now), history }
})
