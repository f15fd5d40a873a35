import { Clock, Effect, Redacted } from "effect"
import { Health, type HistoryCheck } from "../health.ts"
import { logStream } from "../history/ids.ts"
import { downWords, type Moment, upWords } from "../outage-words.ts"
import { EventStore } from "../ports/event-store.ts"
import { Log } from "../ports/log.ts"
import { Vault } from "../ports/vault.ts"
import { problemsOf } from "./name-problems.ts"

const now = Effect.map(Clock.currentTimeMillis, (wall): Moment => ({ wall, monotonic: performance.now() }))

/** Asks a dependency; that it goes down, or is there again, is said once. */
const ask = Effect.fnUntraced(function* <R>(
  dependency: "eventStore" | "keys",
  probe: Effect.Effect<unknown, { readonly code: string }, R>
) {
  const { up, down } = yield* Health
  const log = yield* Log
  yield* Effect.matchEffect(probe, {
    onSuccess: () =>
      Effect.sync(() => {
        const before = up(dependency)
        if (!before) return
        const millis = Math.round(performance.now() - before.since)
        log.info("dependency_up", { operation: dependency, millis, detail: upWords(dependency, millis) })
      }),
    onFailure: ({ code }) =>
      Effect.map(now, (at) => {
        const since = at.monotonic
        if (!down(dependency, since, code)) return
        log.error("dependency_down", {
          operation: dependency,
          code,
          detail: downWords({ dependency, since, code }, at)
        })
      })
  })
})

const probeOfStore = EventStore.use((store) => Effect.andThen(store.read(logStream), store.probe))

/** A key that nobody made is not there; to say so, the vault has to be looked at. */
const probeOfVault = Vault.use((vault) =>
  vault.fingerprint("ready", Redacted.make("")).pipe(
    Effect.catchTag("KeyMissing", () => Effect.void),
    Effect.catchTag("DataErased", () => Effect.void),
    Effect.andThen(vault.probe)
  )
)

/** How far the check of the history is, in words for whoever asks; undefined while the end of the log is not known. */
const historyOf = ({ checkedTo, at, flaw, outage }: HistoryCheck) =>
  EventStore.use((store) => store.positionBefore(0)).pipe(
    Effect.map((end) => {
      const problem = outage ? `The log cannot be read beyond position ${checkedTo} (${outage}).` : flaw
      return { checkedTo, of: end, ...(at && { at }), ...(problem && { problem }) }
    }),
    Effect.catch(() => Effect.succeed(undefined))
  )

/**
 * Ready while commands can be accepted: event store and keys work, and this process is not stopping. A flaw in the history is said, and is
 * no reason to accept nothing.
 */
export const checkReadiness = Effect.gen(function* () {
  const { conditions, isStopping, historyCheck } = yield* Health
  yield* ask("eventStore", probeOfStore)
  yield* ask("keys", probeOfVault)
  const history = yield* historyOf(historyCheck())
  const dependencies = conditions()
  const ready = !isStopping() && dependencies.eventStore === "up" && dependencies.keys === "up"
  return { ready, dependencies, problems: yield* problemsOf(yield* now), history }
})
