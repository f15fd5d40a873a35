import { Redacted } from "effect"
import type { Kafka, KafkaConfig, LogEntry, SASLOptions } from "kafkajs"
import type { Log } from "../../application/ports/log.ts"
import { guardKafkaJs } from "./guards.ts"
import { nameIpv6Addresses } from "./ipv6-addresses.ts"
import type { KafkaOptions } from "./kafka-options.ts"

const load = async () => {
  const kafkajs = await import("kafkajs")
  guardKafkaJs()
  return kafkajs
}
let loaded: ReturnType<typeof load> | undefined

/** Loaded where it is used alone: it takes its time and memory. */
export const loadKafkaJs = () => {
  loaded ??= load()
  return loaded
}

/** Makes clients; each begins with another broker, since none tries more than two. */
export const clientsOf = async (
  { brokers: addresses, ssl, sasl }: Pick<KafkaOptions, "brokers" | "ssl" | "sasl">,
  log: Log["Service"]
): Promise<() => Kafka> => {
  const { Kafka, logLevel } = await loadKafkaJs()
  const { brokers, socketFactory } = nameIpv6Addresses(addresses)
  let made = 0
  return () => {
    const first = made++ % brokers.length
    return new Kafka({
      clientId: "certreg",
      brokers: [...brokers.slice(first), ...brokers.slice(0, first)],
      socketFactory,
      ssl,
      ...(sasl ? { sasl: { ...sasl, password: Redacted.value(sasl.password) } as SASLOptions } : {}),
      ...patience,
      logLevel: logLevel.WARN,
      logCreator: () => tell(log)
    })
  }
}

/** Given here, not to a producer alone: connecting and metadata know these settings only. Who publishes tries again by itself. */
const patience: Pick<KafkaConfig, "retry" | "requestTimeout" | "connectionTimeout" | "authenticationTimeout"> = {
  retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 500 },
  requestTimeout: 3000,
  connectionTimeout: 1000,
  authenticationTimeout: 3000
}

/** Its messages hold hosts and values, and repeat what the failure of the call says. */
const tell =
  ({ debug }: Log["Service"]) =>
  ({ namespace, label }: LogEntry) =>
    debug("kafka_client", { operation: namespace, code: label })
