import { Effect, Layer, Result } from "effect"
import { ed25519Signer } from "../adapters/signing-key/ed25519-signer.ts"
import { logStream, newId } from "../application/history/ids.ts"
import { openLog } from "../application/history/open-log.ts"
import { EventStore } from "../application/ports/event-store.ts"
import { type Config, readConfig } from "./config.ts"
import { holdsLog } from "./first-start.ts"
import { logging } from "./logging.ts"
import { logElsewhere, storesLayer } from "./stores.ts"

type Said = { readonly code: 0 | 1 | 2; readonly text: string }
const said = (code: Said["code"], text: string): Said => ({ code, text })

/** Where a log is found that is there already, or undefined. Nothing is made or changed by looking. */
const placeOfLog = Effect.fnUntraced(function* (config: Config) {
  const elsewhere = logElsewhere(config)
  if (!elsewhere) return holdsLog(config) ? "DATA_DIR" : undefined
  const { events, lost } = yield* EventStore.use((store) => store.read(logStream)).pipe(Effect.provide(elsewhere))
  return events.length > 0 || lost !== undefined ? "EventStoreDB" : undefined
})

const make = Effect.fnUntraced(function* (config: Config) {
  const place = yield* placeOfLog(config)
  if (place !== undefined) return said(2, `${place} holds a log already: nothing was changed.`)
  const start = { esignEnvironment: config.esign.environment, owner: newId(), afterRestore: false }
  const stores = Layer.merge(
    storesLayer(config, () => {}),
    ed25519Signer(config.signingKeys)
  )
  const { logId } = yield* openLog(start).pipe(Effect.provide(stores))
  return said(0, `Made log ${logId} and its vault.`)
})

/** Makes log and vault, once, with the configuration of the start. A second time changes nothing (exit code 2). */
export const init = (environment: Record<string, string | undefined>, directory: string): Effect.Effect<Said> => {
  const config = readConfig(environment, directory)
  if (Result.isFailure(config)) return Effect.succeed(said(2, config.failure.message))
  return make(config.success).pipe(
    Effect.catch((error) => Effect.succeed(said(1, error.message))),
    // It says one sentence, at its end.
    Effect.provide(logging("silent"))
  )
}
