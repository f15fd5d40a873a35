/** A node of a cluster: its number from 1 on, and where it listens. */
export type Node = {
  readonly id: number
  readonly port: number
  readonly controllerPort: number
  /** Where it listens for a proxy, and where that listens. */
  readonly behindProxy?: { readonly port: number; readonly proxyPort: number }
}

const host = "127.0.0.1"
const on = (name: string, port: number) => `${name}://${host}:${port}`

/** The `server.properties` of a node that is broker and controller. */
export const propertiesOf = (node: Node, cluster: ReadonlyArray<Node>, logDir: string, more: Properties): string => {
  const { id, port, controllerPort, behindProxy } = node
  const replicas = cluster.length
  const proxied = (at: "port" | "proxyPort") => (behindProxy ? [on("PROXY", behindProxy[at])] : [])
  const properties: Properties = {
    "process.roles": "broker,controller",
    "node.id": id,
    "controller.quorum.voters": cluster.map((one) => `${one.id}@${host}:${one.controllerPort}`).join(),
    listeners: [on("PLAINTEXT", port), on("CONTROLLER", controllerPort), ...proxied("port")].join(),
    "advertised.listeners": [on("PLAINTEXT", port), ...proxied("proxyPort")].join(),
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXY:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": logDir,
    "auto.create.topics.enable": false,
    "default.replication.factor": replicas,
    "offsets.topic.replication.factor": replicas,
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 1,
    "group.initial.rebalance.delay.ms": 0,
    // A broker that was killed comes back only when its session is over.
    "broker.session.timeout.ms": replicas === 1 ? 1000 : 3000,
    "broker.heartbeat.interval.ms": 500,
    ...more
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("")
}
export type Properties = Readonly<Record<string, string | number | boolean>>
