import { join } from "node:path"
import type { TestProject } from "vitest/node"
import { installKafka } from "../infra/kafka/install.ts"
import { dockerAnswers } from "../support/docker-engine.ts"
import { startBroker } from "../support/kafka/cluster.ts"
import { versionOf } from "../support/kafka/version.ts"
import { type KafkaOfRun, openKafka } from "./kafka-broker.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** What this run has of Apache Kafka. */
    readonly kafka: KafkaOfRun
  }
}

/** Once for a run, before the first test that needs a broker. */
export const setup = async (project: TestProject) => {
  const { kafka, words, close } = await openKafka({
    given: process.env["KAFKA_BROKERS"],
    install: installKafka,
    installed: async (lib) => {
      const { addresses, folder, close: stop } = await startBroker({ lib })
      return { brokers: addresses, where: join(folder, "1", "data"), close: stop }
    },
    dockerAnswers,
    container: async () => (await import("./kafka-container.ts")).startKafkaContainer()
  })
  project.provide("kafka", kafka)
  console.log(`${words}.`)
  if (kafka.broker) console.log(`Kafka: ${await versionOf(kafka.broker.brokers)}.`)
  return close
}
