import { Effect, Layer, Result } from "effect"
import type { ExitCode, Output } from "../adapters/cli/client-command.ts"
import type { KafkaCommand } from "../adapters/cli/kafka-arguments.ts"
import { isDataDirInUse } from "../adapters/sqlite/lock.ts"
import { newId } from "../application/history/ids.ts"
import { LogIdentity } from "../application/history/log-identity.ts"
import { openLog } from "../application/history/open-log.ts"
import { acceptTopic, republish } from "../application/publishing/republish.ts"
import { storesLayer } from "./app.ts"
import { ask, sayEnding } from "./ask.ts"
import { type Config, readConfig } from "./config.ts"
import { holdsData } from "./first-start.ts"
import { logging } from "./logging.ts"
import { dataDirOf, type Variables } from "./variables.ts"

type Move = Exclude<KafkaCommand, { readonly _tag: "CreateTopic" }>

/** With the configuration of the start, and as the only one that works on it meanwhile. */
const alone = (config: Config, topic: string, command: Move) => {
  const start = { esignEnvironment: config.esign.environment, owner: newId(), afterRestore: false }
  const stores = storesLayer(config, () => {})
  const services = Layer.effect(LogIdentity, openLog(start)).pipe(Layer.provideMerge(stores))
  return (command._tag === "Republish" ? republish(topic, command.from) : acceptTopic(topic)).pipe(
    Effect.provide(services),
    // It says one sentence, at its end.
    Effect.provide(logging("silent"))
  )
}

/** `certreg kafka republish` and `accept`: asks the running service, and does it alone where none runs. */
export const movePublisher = (
  command: Move,
  variables: Variables,
  environment: Record<string, string | undefined>,
  directory: string,
  output: Output
): Effect.Effect<ExitCode> => {
  const refuse = (code: ExitCode, sentence: string) =>
    Effect.sync(() => {
      output.stderr(sentence)
      return code
    })
  const dataDir = dataDirOf(variables, directory)
  const askRunning = Effect.suspend(() => ask(dataDir, command, output))
  if (isDataDirInUse(dataDir)) return askRunning
  const config = readConfig(environment, directory)
  if (Result.isFailure(config)) return refuse(2, config.failure.message)
  const { kafka } = config.success
  if (!kafka) return refuse(2, "KAFKA_BROKERS is missing: nothing goes to Kafka.")
  if (!holdsData(config.success)) return refuse(2, "DATA_DIR holds nothing that could be published.")
  return alone(config.success, kafka.topic, command).pipe(
    Effect.map((report) => sayEnding(report, output)),
    Effect.catch((error) =>
      error._tag === "DataDirRefused" && error.reason === "in_use" ? askRunning : refuse(1, error.message)
    )
  )
}
