import { startBroker } from "./cluster.ts"
import { freePorts } from "./free-ports.ts"
import { startProxy } from "./proxy.ts"

/** A single broker with a proxy before it: `broker.proxied` leads through it, `broker.address` does not. */
export const startProxiedBroker = async (lib: string) => {
  const [port = 0] = await freePorts(1)
  const proxy = await startProxy(port)
  const broker = await startBroker({ lib, proxyPorts: [port] })
  proxy.aimAt(broker.behindProxy)
  return { broker, proxy, close: () => Promise.all([broker.close(), proxy.close()]) }
}
