import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { eventually } from "../eventually.ts"
import { type Node, type Properties, propertiesOf } from "./broker-properties.ts"
import { asAdmin } from "./client.ts"
import { type Jvm, startJava } from "./java.ts"

/** A node of a cluster as a process, and what a test may do to it. */
export interface Broker {
  readonly id: number
  /** `host:port`; the same in every life. */
  readonly address: string
  /** Where it listens for the proxy that is before it. */
  readonly behindProxy: number
  /** Where it is reached through that proxy. */
  readonly proxied: string
  readonly isUp: () => Promise<boolean>
  /** Starts it, and waits until it answers unless told not to. */
  readonly start: (how?: { readonly untilReady: boolean }) => Promise<void>
  /** Answers the exit code; null when a signal ended it. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<number | null>
  readonly restart: (signal?: NodeJS.Signals) => Promise<void>
  /** Stops the process where it is. */
  readonly freeze: () => void
  readonly thaw: () => void
}

export type BrokerPlan = {
  readonly lib: string
  /** Of this node alone. */
  readonly folder: string
  readonly node: Node
  readonly cluster: ReadonlyArray<Node>
  readonly clusterId: string
  readonly heapMegabytes: number
  readonly properties?: (node: Node) => Properties
  /** Of the tool that makes the storage, such as `--add-scram`. */
  readonly formatArgs?: ReadonlyArray<string>
}

/** A node that is not started yet; its storage is made at the first start. */
export const makeBroker = (plan: BrokerPlan): Broker => {
  const { lib, folder, node, cluster, clusterId, heapMegabytes, properties = () => ({}), formatArgs = [] } = plan
  const [config, logDir] = [join(folder, "server.properties"), join(folder, "data")]
  writeFileSync(config, propertiesOf(node, cluster, logDir, properties(node)))
  const address = `127.0.0.1:${node.port}`
  let life: Jvm | undefined

  const format = async () => {
    if (existsSync(join(logDir, "meta.properties"))) return
    const args = ["kafka.tools.StorageTool", "format", "--cluster-id", clusterId, "--config", config, ...formatArgs]
    const { ended, output } = startJava(lib, heapMegabytes, args)
    if ((await ended) !== 0) throw new Error(`the storage of the broker was not made: ${output()}`)
  }
  const isUp = () =>
    asAdmin([address], (admin) => admin.describeCluster()).then(
      ({ brokers }) => brokers.some(({ nodeId }) => nodeId === node.id),
      () => false
    )
  const start: Broker["start"] = async (how = { untilReady: true }) => {
    await format()
    const starting = startJava(lib, heapMegabytes, ["kafka.Kafka", config])
    life = starting
    if (!how.untilReady) return
    const fallen = starting.ended.then((code) => {
      throw new Error(`the broker ended with ${code} before it answered: ${starting.output()}`)
    })
    await Promise.race([fallen, eventually(`the broker at ${address}`, isUp)])
    fallen.catch(() => {})
  }
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    life?.kill(signal)
    // A process that stands still notices no other signal than the hardest.
    if (signal !== "SIGKILL") life?.kill("SIGCONT")
    return (await life?.ended) ?? null
  }
  return {
    id: node.id,
    address,
    behindProxy: node.behindProxy?.port ?? 0,
    proxied: `127.0.0.1:${node.behindProxy?.proxyPort}`,
    isUp,
    start,
    kill,
    restart: async (signal) => {
      await kill(signal)
      await start()
    },
    freeze: () => life?.kill("SIGSTOP"),
    thaw: () => life?.kill("SIGCONT")
  }
}
