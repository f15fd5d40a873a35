import { Effect, Result } from "effect"
import type { ExitCode, Output } from "../adapters/cli/client-command.ts"
import { readKafkaCommand } from "../adapters/cli/kafka-arguments.ts"
import { createTopic } from "../adapters/kafka/create-topic.ts"
import { createdWords } from "../adapters/kafka/created-words.ts"
import { failureOf } from "../adapters/kafka/failure.ts"
import type { FailureKind } from "../application/ports/message-broker.ts"
import type { TopicWishes } from "../application/publishing/topic-wishes.ts"
import { configurationWrong } from "./configuration-wrong.ts"
import { period } from "./durations.ts"
import { kafka } from "./kafka-variables.ts"
import type { movePublisher } from "./move-publisher.ts"
import { readVariables, type Variables } from "./variables.ts"

type Environment = Record<string, string | undefined>

const say = (code: ExitCode, { stdout, stderr }: Output, sentence: string) =>
  Effect.sync((): ExitCode => {
    if (code === 0) stdout(sentence)
    else stderr(sentence)
    return code
  })

const whyNot: { readonly [K in FailureKind]?: string } = {
  unreachable: "no broker answers as expected",
  not_authorised: "this user may not do it"
}

/** Of all variables it takes those of Kafka alone. */
const create = (variables: Variables, wishes: TopicWishes, output: Output) => {
  const options = kafka(variables)
  if (Result.isFailure(options)) return say(2, output, configurationWrong(options.failure).message)
  const { success } = options
  if (!success) return say(2, output, "KAFKA_BROKERS is missing: nothing goes to Kafka.")
  return Effect.tryPromise({ try: () => createTopic(success, wishes), catch: failureOf }).pipe(
    Effect.flatMap((created) => say(created._tag === "Made" ? 0 : 2, output, createdWords(success.topic, created))),
    Effect.catch(({ kind, code }) =>
      say(1, output, `The topic ${success.topic} was not made: ${whyNot[kind] ?? "the broker refused it"} (${code}).`)
    )
  )
}

/** Loaded on demand: it brings the whole configuration and the stores with it. */
const move = (...asked: Parameters<typeof movePublisher>) =>
  Effect.flatMap(
    Effect.promise(() => import("./move-publisher.ts")),
    ({ movePublisher }) => movePublisher(...asked)
  )

/** `certreg kafka …`, given what follows `kafka`. */
export const kafkaCommand = (
  args: ReadonlyArray<string>,
  environment: Environment,
  directory: string,
  output: Output
): Effect.Effect<ExitCode> => {
  const command = readKafkaCommand(args, period.read)
  if (Result.isFailure(command)) return say(2, output, command.failure)
  const variables = readVariables(environment, directory)
  if (Result.isFailure(variables)) return say(2, output, `${variables.failure.variable} ${variables.failure.rule}.`)
  switch (command.success._tag) {
    case "CreateTopic":
      return create(variables.success, command.success.wishes, output)
    default:
      return move(command.success, variables.success, environment, directory, output)
  }
}
