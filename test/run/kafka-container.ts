import { readFileSync } from "node:fs"
import { GenericContainer, getContainerRuntimeClient, Wait } from "testcontainers"
import { parse } from "yaml"
import { freePorts } from "../support/kafka/free-ports.ts"

type Compose = {
  readonly services: {
    readonly kafka: { readonly image: string; readonly environment: Readonly<Record<string, string>> }
  }
}
const composeFile = new URL("../../docker-compose.yml", import.meta.url)

/** The broker of docker-compose.yml, without its volume. */
export const brokerOfCompose = () => (parse(readFileSync(composeFile, "utf8")) as Compose).services.kafka

/** Starts one for this run. It tells its clients where it is, so that its port outside is the one inside. */
export const startKafkaContainer = async () => {
  const { image, environment } = brokerOfCompose()
  const [port = 0] = await freePorts(1)
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime
  const container = await new GenericContainer(image)
    .withEnvironment({
      ...environment,
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port}`
    })
    .withExposedPorts({ container: port, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(120_000)
    .start()
  return { brokers: [`${host}:${port}`], image, close: () => container.stop() }
}
