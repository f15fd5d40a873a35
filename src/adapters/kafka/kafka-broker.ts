import { Effect, Layer } from "effect"
import { Log } from "../../application/ports/log.ts"
import { BrokerFailure, MessageBroker } from "../../application/ports/message-broker.ts"
import { maybe } from "../../domain/registration/maybe.ts"
import { adviceOn } from "./advice.ts"
import { describeTopic } from "./describe-topic.ts"
import { failureOf } from "./failure.ts"
import { clientsOf } from "./kafka-client.ts"
import type { KafkaOptions } from "./kafka-options.ts"
import { makePartitionOf } from "./partition-of.ts"
import { Producers } from "./producers.ts"

const failed = (error: unknown): BrokerFailure => {
  const { kind, code } = failureOf(error)
  return new BrokerFailure({ kind, code, ...maybe("advice", adviceOn(code)) })
}

/** A topic of Kafka. Connects when it is used first: no start waits for it. */
export const kafkaBrokerLayer = (options: KafkaOptions): Layer.Layer<MessageBroker, never, Log> =>
  Layer.effect(
    MessageBroker,
    Effect.gen(function* () {
      const { topic } = options
      const log = yield* Log
      const makeClient = yield* Effect.promise(() => clientsOf(options, log))
      const partitionOf = yield* Effect.promise(makePartitionOf)
      const producers = yield* Effect.acquireRelease(
        Effect.sync(() => new Producers(makeClient, topic)),
        (producers) => Effect.promise(() => producers.close())
      )
      return {
        topic,
        describe: Effect.tryPromise({ try: () => describeTopic(makeClient(), topic), catch: failed }),
        partitionOf,
        send: (partition, records) =>
          Effect.tryPromise({ try: () => producers.send(partition, records), catch: failed })
      }
    })
  )
