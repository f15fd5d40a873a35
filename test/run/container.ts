import { readFileSync } from "node:fs"
import { GenericContainer, Wait } from "testcontainers"
import { parse } from "yaml"

type Compose = {
  readonly services: {
    readonly eventstoredb: {
      readonly image: string
      readonly platform: string
      readonly environment: Record<string, string>
    }
  }
}
const composeFile = new URL("../../docker-compose.yml", import.meta.url)
const port = 2113

/** The server of docker-compose.yml, without its volumes. */
export const serverOfCompose = () => (parse(readFileSync(composeFile, "utf8")) as Compose).services.eventstoredb

/** Starts one for this run. */
export const startContainer = async () => {
  const { image, platform, environment } = serverOfCompose()
  const container = await new GenericContainer(image)
    .withPlatform(platform)
    .withEnvironment(environment)
    .withExposedPorts(port)
    .withWaitStrategy(Wait.forHttp("/health/live", port).forStatusCode(204))
    .withStartupTimeout(120_000)
    .start()
  const url = `esdb://${container.getHost()}:${container.getMappedPort(port)}?tls=false`
  return { url, close: () => container.stop() }
}
