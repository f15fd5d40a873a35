import { once } from "node:events"
import type { AddressInfo, Server } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { makeControl } from "./control.ts"
import { Faults } from "./faults.ts"
import { makeGrpcServer } from "./grpc/grpc-server.ts"
import { systemEvent } from "./log/append.ts"
import { Database } from "./log/database.ts"
import { inMemory, openLogFile } from "./log/log-file.ts"
import { makeHandlers } from "./methods/handlers.ts"
import type { DatabaseNode } from "./node.ts"
import { makePort } from "./port.ts"
import { makeWeb } from "./web.ts"

export interface ServerOptions {
  readonly port: number
  readonly controlPort: number
  /** The folder of the log; without one it ends with the process. */
  readonly data?: string
  /** How long open calls are waited for at the end. */
  readonly graceMs: number
  /** How long the health check answers 503 after the start. */
  readonly startingMs: number
  /** How long after that no call is taken. */
  readonly electionMs: number
  /** How much memory there is for the ids of events that were stored. */
  readonly bytesOfIds: number
}

export interface RunningServer {
  readonly port: number
  readonly controlPort: number
  readonly stop: () => Promise<void>
}

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

/** A single node without certificates and users, that keeps everything in memory. */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const file = options.data === undefined ? inMemory : openLogFile(options.data)
  const node: DatabaseNode = {
    port: options.port,
    database: new Database(file, options.bytesOfIds),
    faults: new Faults(),
    stage: { isLive: false, isReady: false },
    subscriptions: new Set()
  }
  const grpc = makeGrpcServer(makeHandlers(node))
  const web = makeWeb(node)
  const port = makePort(grpc.take, web)
  const control = makeControl(node, grpc)

  const lead = async () => {
    await sleep(options.startingMs)
    node.stage.isLive = true
    await sleep(options.electionMs)
    node.database.write([{ stream: "$epoch-information", event: systemEvent("$epoch-information", "{}") }])
    node.stage.isReady = true
  }
  const numbers = { port: await listen(port, options.port), controlPort: await listen(control, options.controlPort) }
  node.port = numbers.port
  void lead()

  const stop = async () => {
    port.close()
    web.closeAllConnections()
    control.close()
    control.closeAllConnections()
    await grpc.drain(options.graceMs)
    file.close()
  }
  return { ...numbers, stop }
}
