import { Effect } from "effect"
import type { Report } from "./ports/operator-requests.ts"
import { acceptTopic, republish } from "./publishing/republish.ts"
import type { makeRebuilds } from "./rebuilds.ts"

const withoutKafka: Effect.Effect<Report> = Effect.succeed({
  state: "refused",
  text: "KAFKA_BROKERS is missing where the service was started: nothing goes to Kafka."
})

/** What is done about each request of an operator. `topic`: where messages go to, if they do. */
export const requestHandlers = ({ onRequest }: Effect.Success<typeof makeRebuilds>, topic: string | undefined) => ({
  RebuildViews: onRequest,
  Republish: ({ from }: { readonly from: string }) => (topic === undefined ? withoutKafka : republish(topic, from)),
  AcceptTopic: () => (topic === undefined ? withoutKafka : acceptTopic(topic))
})
