import type { Effect } from "effect"
import type { KafkaCommand } from "../adapters/cli/kafka-arguments.ts"
import type { ExitCode } from "../adapters/cli/say.ts"
import { withoutKafka } from "../application/operator-requests/without-kafka.ts"
import { acceptTopic, republish } from "../application/publishing/republish.ts"
import { onDataDir } from "./operator-command.ts"
import type { Surroundings } from "./surroundings.ts"

/** `certreg kafka republish` and `accept`. */
export const movePublisher = (
  command: Exclude<KafkaCommand, { readonly _tag: "CreateTopic" }>,
  surroundings: Surroundings
): Effect.Effect<ExitCode> =>
  onDataDir(
    command,
    ({ kafka }) => {
      if (!kafka) return withoutKafka()
      return command._tag === "Republish" ? republish(kafka.topic, command.from) : acceptTopic(kafka.topic)
    },
    surroundings
  )
