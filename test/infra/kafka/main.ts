import { parseArgs } from "node:util"
import { startBroker } from "../../support/kafka/cluster.ts"
import { versionOf } from "../../support/kafka/version.ts"
import { installKafka } from "./install.ts"

/** A broker to try things out with, until Ctrl-C: `--install` ends when it is there. */
const { values } = parseArgs({ options: { install: { type: "boolean", default: false } } })
const found = await installKafka()
if ("why" in found) {
  console.error(`Apache Kafka is not here: ${found.why}.`)
  process.exit(1)
}
console.log(`Apache Kafka ${found.version} is in ${found.lib}.`)
if (!values.install) {
  const { addresses, close } = await startBroker({ lib: found.lib })
  console.log(`${await versionOf(addresses)}\nKAFKA_BROKERS=${addresses}`)
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void close())
}
