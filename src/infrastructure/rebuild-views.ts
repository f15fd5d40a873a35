import { Effect, Layer, Result } from "effect"
import type { ExitCode, Output } from "../adapters/cli/client-command.ts"
import { makeReportPrinter } from "../adapters/cli/report-printer.ts"
import { isDataDirInUse } from "../adapters/sqlite/lock.ts"
import { Reconciled } from "../application/driving/reconciled.ts"
import { largePage } from "../application/follow.ts"
import { Health } from "../application/health.ts"
import { newId } from "../application/history/ids.ts"
import { LogIdentity } from "../application/history/log-identity.ts"
import { openLog } from "../application/history/open-log.ts"
import { rebuildViews } from "../application/rebuild-views.ts"
import { type RebuildProgress, reportOfRebuild } from "../application/rebuild-words.ts"
import { Settings } from "../application/settings.ts"
import { storesLayer } from "./app.ts"
import { ask, sayEnding } from "./ask.ts"
import { type Config, readConfig } from "./config.ts"
import { holdsData } from "./first-start.ts"
import { logging } from "./logging.ts"
import { dataDirOf, readVariables } from "./variables.ts"

/** With the configuration of the start, and as the only one that works on it meanwhile. */
const alone = (config: Config, output: Output) => {
  const owner = newId()
  const stores = storesLayer(config, () => {})
  const start = { esignEnvironment: config.esign.environment, owner, afterRestore: false }
  const services = Reconciled.layer.pipe(
    Layer.provideMerge(Layer.effect(LogIdentity, openLog(start))),
    Layer.provideMerge(Layer.mergeAll(stores, Health.layer, Layer.succeed(Settings, { ...config.settings, owner })))
  )
  const print = makeReportPrinter(output, process.stdout.isTTY === true)
  const tell = (progress: RebuildProgress) => Effect.sync(() => print(reportOfRebuild("running", progress)))
  return rebuildViews(tell, largePage).pipe(
    Effect.map((progress) => sayEnding(reportOfRebuild("done", progress), output)),
    // It says itself how it goes on.
    Effect.provide(services.pipe(Layer.provideMerge(logging("silent"))))
  )
}

/** `certreg views rebuild`: asks the running service, and does it alone where none runs. */
export const rebuildByCommand = (
  environment: Record<string, string | undefined>,
  directory: string,
  output: Output
): Effect.Effect<ExitCode> => {
  const refuse = (code: ExitCode, sentence: string) =>
    Effect.sync(() => {
      output.stderr(sentence)
      return code
    })
  const variables = readVariables(environment, directory)
  if (Result.isFailure(variables)) return refuse(2, `${variables.failure.variable} ${variables.failure.rule}.`)
  const dataDir = dataDirOf(variables.success, directory)
  const askRunning = Effect.suspend(() => ask(dataDir, { _tag: "RebuildViews" }, output))
  if (isDataDirInUse(dataDir)) return askRunning
  // Before the configuration is read: where there is no data, that makes a key.
  if (!holdsData({ dataDir })) return refuse(2, "DATA_DIR holds nothing that rows could be made of.")
  const config = readConfig(environment, directory)
  if (Result.isFailure(config)) return refuse(2, config.failure.message)
  return alone(config.success, output).pipe(
    Effect.catch((error) =>
      error._tag === "DataDirRefused" && error.reason === "in_use" ? askRunning : refuse(1, error.message)
    )
  )
}
