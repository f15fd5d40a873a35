import { Effect, Result } from "effect"
import { readKafkaCommand } from "../../adapters/cli/kafka-arguments.ts"
import { say } from "../../adapters/cli/say.ts"
import { createTopic } from "../../adapters/kafka/create-topic.ts"
import { createdWords } from "../../adapters/kafka/created-words.ts"
import { failureOf } from "../../adapters/kafka/failure.ts"
import type { TopicWishes } from "../../adapters/kafka/topic-wishes.ts"
import { withoutKafka } from "../../application/operator-requests/without-kafka.ts"
import type { FailureKind } from "../../application/ports/message-broker.ts"
import { configured } from "../configured.ts"
import { period } from "../durations.ts"
import { kafka } from "../kafka-variables.ts"
import type { movePublisher } from "../move-publisher.ts"
import type { Command, Surroundings } from "../surroundings.ts"

const whyNot: { readonly [K in FailureKind]?: string } = {
  unreachable: "no broker answers as expected",
  not_authorised: "this user may not do it"
}

/** Of all variables it takes those of Kafka alone. */
const create = (wishes: TopicWishes, surroundings: Surroundings) => {
  const { output } = surroundings
  const options = configured(surroundings, kafka)
  if (Result.isFailure(options)) return say(2, options.failure, output)
  const { success } = options
  if (!success) return say(2, withoutKafka(), output)
  return Effect.tryPromise({ try: () => createTopic(success, wishes), catch: failureOf }).pipe(
    Effect.flatMap((created) => say(created._tag === "Made" ? 0 : 2, createdWords(success.topic, created), output)),
    Effect.catch(({ kind, code }) => {
      const why = whyNot[kind] ?? "the broker refused it"
      return say(1, `The topic ${success.topic} was not made: ${why} (${code}).`, output)
    })
  )
}

/** Loaded on demand: it brings the whole configuration and the stores with it. */
const move = (...asked: Parameters<typeof movePublisher>) =>
  Effect.flatMap(
    Effect.promise(() => import("../move-publisher.ts")),
    ({ movePublisher }) => movePublisher(...asked)
  )

/** `certreg kafka …`: 0 when it is done, 1 when it failed, 2 where it was refused. */
export const run: Command = (args, surroundings) => {
  const command = readKafkaCommand(args, period.read)
  if (Result.isFailure(command)) return say(2, command.failure, surroundings.output)
  return command.success._tag === "CreateTopic"
    ? create(command.success.wishes, surroundings)
    : move(command.success, surroundings)
}
