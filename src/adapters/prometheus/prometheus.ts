import { Context, Layer } from "effect"
import { collectDefaultMetrics, Registry } from "prom-client"
import { Telemetry } from "../../application/ports/telemetry.ts"
import { countersIn } from "./counters.ts"

/** Where everything is kept that this process measures. */
export class Prometheus extends Context.Service<Prometheus, Registry>()("certreg/adapters/prometheus/Prometheus") {}

/** Counts in memory; beside ours, what is usual of a process: CPU, memory, open files, delay of the event loop, garbage collection. */
export const prometheusLayer: Layer.Layer<Telemetry | Prometheus> = Layer.suspend(() => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return Layer.mergeAll(Layer.succeed(Prometheus, registry), Layer.succeed(Telemetry, countersIn(registry)))
})
