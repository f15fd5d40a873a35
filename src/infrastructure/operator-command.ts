import { Effect, Layer, Result } from "effect"
import { type ExitCode, say } from "../adapters/cli/say.ts"
import { ed25519Signer } from "../adapters/signing-key/ed25519-signer.ts"
import { isDataDirInUse } from "../adapters/sqlite/lock.ts"
import { newId } from "../application/history/ids.ts"
import { LogIdentity } from "../application/history/log-identity.ts"
import { openLog } from "../application/history/open-log.ts"
import type { OperatorRequest, Report } from "../application/ports/operator-requests.ts"
import { Settings } from "../application/settings.ts"
import { ask, sayEnding } from "./ask.ts"
import { type Config, readConfig } from "./config.ts"
import { configured } from "./configured.ts"
import { holdsData } from "./first-start.ts"
import { logging } from "./logging.ts"
import { placeVariables } from "./place-of-data.ts"
import { storesLayer } from "./stores.ts"
import type { Surroundings } from "./surroundings.ts"

/** The stores, for the one that works on them. */
const services = (config: Config) => {
  const owner = newId()
  const start = { esignEnvironment: config.esign.environment, owner, afterRestore: false }
  return Layer.effect(LogIdentity, openLog(start)).pipe(
    Layer.provideMerge(storesLayer(config, () => {})),
    Layer.provide(ed25519Signer(config.signingKeys)),
    Layer.provideMerge(Layer.succeed(Settings, { ...config.settings, owner })),
    // The command says itself how it goes on.
    Layer.provideMerge(logging("silent"))
  )
}
type Services = Layer.Success<ReturnType<typeof services>>
type Failure = { readonly _tag: string; readonly message: string; readonly reason?: unknown }

/**
 * Asks the service that runs on the data directory, and where none runs does it `alone`, with the configuration of the start: it answers a
 * sentence where that does not allow it.
 */
export const onDataDir = <E extends Failure>(
  request: OperatorRequest,
  alone: (config: Config) => Effect.Effect<Report, E, Services> | string,
  { environment, directory, output }: Surroundings
): Effect.Effect<ExitCode> => {
  const known = configured({ environment, directory }, placeVariables(directory).dataDir)
  if (Result.isFailure(known)) return say(2, known.failure, output)
  const dataDir = known.success
  let config: ReturnType<typeof readConfig> | undefined
  const tried = Effect.suspend((): Effect.Effect<ExitCode> => {
    // Who has the directory may be another command.
    const askRunning = Effect.catchTag(ask(dataDir, request, output), "NobodyServes", () => tried)
    if (isDataDirInUse(dataDir)) return askRunning
    // Before the configuration is read: where there is no data, that makes a key.
    if (!holdsData({ dataDir })) return say(2, "DATA_DIR holds no data: there is nothing to do.", output)
    // Once: it takes what is secret out of the environment.
    config ??= readConfig(environment, directory)
    if (Result.isFailure(config)) return say(2, config.failure.message, output)
    const work = alone(config.success)
    if (typeof work === "string") return say(2, work, output)
    return work.pipe(
      Effect.provide(services(config.success)),
      Effect.flatMap((report) => sayEnding(report, output)),
      Effect.catch((error: Failure) =>
        // A service was started meanwhile.
        error._tag === "DataDirRefused" && error.reason === "in_use" ? askRunning : say(1, error.message, output)
      )
    )
  })
  return tried
}
