import { randomBytes } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { atTheLatest } from "../at-the-latest.ts"
import { eventually } from "../eventually.ts"
import { type Broker, makeBroker } from "./broker.ts"
import type { Node, Properties } from "./broker-properties.ts"
import { asAdmin } from "./client.ts"
import { freePorts } from "./free-ports.ts"

export interface Cluster {
  readonly brokers: ReadonlyArray<Broker>
  /** Of all its nodes. */
  readonly addresses: ReadonlyArray<string>
  readonly folder: string
  /** Waits until all nodes know each other. */
  readonly untilWhole: () => Promise<void>
  /** Ends all and removes their files. */
  readonly close: () => Promise<void>
}
type Wishes = {
  readonly lib: string
  readonly nodes?: number
  readonly heapMegabytes?: number
  /** Where proxies will listen, one for each node. */
  readonly proxyPorts?: ReadonlyArray<number>
  readonly properties?: Properties | ((node: Node) => Properties)
  readonly formatArgs?: ReadonlyArray<string>
  /** Its nodes are only made ready, to be started by the test. */
  readonly down?: boolean
}

/** Never one that begins with a dash, which would be an option. */
const newClusterId = (): string => {
  const bytes = randomBytes(16)
  bytes[0] = 0
  return bytes.toString("base64url")
}

const nodesOn = async (count: number, proxyPorts: ReadonlyArray<number>): Promise<ReadonlyArray<Node>> => {
  const ports = await freePorts(3 * count)
  return Array.from({ length: count }, (_, i): Node => {
    const [port = 0, controllerPort = 0, behind = 0] = ports.slice(3 * i)
    const proxyPort = proxyPorts[i]
    return {
      id: i + 1,
      port,
      controllerPort,
      ...(proxyPort === undefined ? {} : { behindProxy: { port: behind, proxyPort } })
    }
  })
}

/** A cluster of Apache Kafka in processes of its own, in a folder of its own, on free ports. */
export const startCluster = async (wishes: Wishes): Promise<Cluster> => {
  const {
    lib,
    nodes = 3,
    heapMegabytes = 384,
    proxyPorts = [],
    properties = {},
    formatArgs = [],
    down = false
  } = wishes
  const folder = mkdtempSync(join(tmpdir(), "certreg-kafka-"))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const isClosed = atTheLatest(remove)
  const cluster = await nodesOn(nodes, proxyPorts)
  const clusterId = newClusterId()
  const propertiesFor = typeof properties === "function" ? properties : () => properties
  const brokers = cluster.map((node) => {
    const own = join(folder, `${node.id}`)
    mkdirSync(own)
    return makeBroker({
      lib,
      folder: own,
      node,
      cluster,
      clusterId,
      heapMegabytes,
      properties: propertiesFor,
      formatArgs
    })
  })
  const addresses = brokers.map(({ address }) => address)
  const untilWhole = async () => {
    await eventually("all brokers", () =>
      asAdmin(addresses, (admin) => admin.describeCluster()).then(
        (known) => known.brokers.length === nodes,
        () => false
      )
    )
  }
  const close = async () => {
    await Promise.all(brokers.map((broker) => broker.kill()))
    remove()
    isClosed()
  }
  if (down) return { brokers, addresses, folder, untilWhole, close }
  try {
    await Promise.all(brokers.map((broker) => broker.start()))
    await untilWhole()
  } catch (error) {
    await close()
    throw error
  }
  return { brokers, addresses, folder, untilWhole, close }
}

/** A single broker; what a cluster of one has, and what its only node can do. */
export const startBroker = async (wishes: Omit<Wishes, "nodes">) => {
  const { brokers, ...cluster } = await startCluster({ heapMegabytes: 512, ...wishes, nodes: 1 })
  const [broker] = brokers
  if (broker === undefined) throw new Error("a cluster of one has no broker")
  return { ...broker, ...cluster }
}
