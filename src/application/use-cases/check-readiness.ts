import { Effect, Redacted } from "effect"
import { type Condition, Health } from "../health.ts"
import { logStream } from "../history/ids.ts"
import { EventStore } from "../ports/event-store.ts"
import { Vault } from "../ports/vault.ts"

const conditionOf = <E, R>(probe: Effect.Effect<unknown, E, R>) =>
  Effect.match(probe, { onSuccess: (): Condition => "up", onFailure: (): Condition => "down" })

/** A key that nobody made is not there; to say so, the vault has to be looked at. */
const readOfVault = Vault.use((vault) => vault.fingerprint("ready", Redacted.make(""))).pipe(
  Effect.catchTag("KeyMissing", () => Effect.void)
)

/** Ready while commands can be accepted: event store and keys work, and this process is not stopping. */
export const checkReadiness = Effect.gen(function* () {
  const { report, conditions, isStopping } = yield* Health
  report("eventStore", yield* conditionOf(EventStore.use((store) => store.read(logStream))))
  report("keys", yield* conditionOf(readOfVault))
  const dependencies = conditions()
  return { ready: !isStopping() && dependencies.eventStore === "up" && dependencies.keys === "up", dependencies }
})
