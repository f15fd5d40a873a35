import { apiOf } from "../api.ts"
import { eventually } from "../eventually.ts"
import { type Metrics, parseMetrics } from "../prometheus-text.ts"
import { readinessOf } from "../readiness.ts"
import type { ServiceProcess } from "../service.ts"

type Service = Pick<ServiceProcess, "url">

/** How publishing stands, as a service says it: with HTTP 200 in any case, since commands are accepted. */
export const standingOf = async (service: Service) => {
  const { http, dependencies, problems } = await readinessOf(service)
  return {
    http,
    kafka: dependencies["kafka"],
    words: problems.find(({ dependency }) => dependency === "kafka")?.detail ?? ""
  }
}

/** Waits until publishing goes on, or does not; answers what is said of it then. */
export const untilKafkaIs = (service: Service, condition: "up" | "down", words = /(?:)/): Promise<string> =>
  eventually(`Kafka ${condition} (${words})`, async () => {
    const standing = await standingOf(service)
    return standing.kafka === condition && words.test(standing.words) && `${standing.http} ${standing.words}`
  })

export const metricsOf = async ({ url }: Service): Promise<Metrics> =>
  parseMetrics((await apiOf(url, "").send("GET", "/metrics")).text)
