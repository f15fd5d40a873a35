import { Counter, type Registry } from "prom-client"
import { mostLag } from "../../application/publishing/publisher-state.ts"
import type { Stock } from "../../application/use-cases/take-stock.ts"
import { gaugesOf, setOrForget } from "./gauge.ts"

/** How far publishing is, and what became of it. In a process that does not publish only the counts have values. */
export const publishingIn = (registry: Registry) => {
  const gauge = gaugesOf(registry)
  const registers = [registry]
  const lag = gauge("kafka_lag_messages", `Messages that Kafka has not acknowledged (counted up to ${mostLag}).`)
  const lagSeconds = gauge("kafka_lag_seconds", "Age of the oldest message that Kafka has not acknowledged.")
  const position = gauge("kafka_acknowledged_position", "Position up to which Kafka acknowledged all messages.")
  const halted = gauge("kafka_halted", "1 when publishing waits for an operator.")
  const published = new Counter({
    name: "certreg_kafka_records_published_total",
    help: "Records that Kafka acknowledged, repeated ones too.",
    registers
  })
  const rejected = new Counter({
    name: "certreg_kafka_batches_rejected_total",
    help: "Batches that Kafka did not acknowledge, by reason; each is tried again.",
    labelNames: ["reason"],
    registers
  })

  return ({ now, ...counts }: Stock["publishing"]): void => {
    setOrForget(lag, now?.lag.messages)
    setOrForget(lagSeconds, now?.lag.seconds)
    setOrForget(position, now?.position)
    setOrForget(halted, now && Number(now.isHalted))
    published.reset()
    published.inc(counts.published)
    rejected.reset()
    for (const [reason, count] of counts.rejected) rejected.inc({ reason }, count)
  }
}
