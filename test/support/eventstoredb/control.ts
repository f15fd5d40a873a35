import { createServer, type IncomingMessage, type Server } from "node:http"
import { json as bodyOf } from "node:stream/consumers"
import type { Fault } from "./faults.ts"
import type { GrpcServer } from "./grpc/grpc-server.ts"
import { GrpcError } from "./grpc/status.ts"
import { scavenge } from "./log/scavenge.ts"
import type { DatabaseNode } from "./node.ts"

/** What a test may see of the server. */
export interface Report {
  readonly connections: number
  readonly subscriptions: number
  /** Faults that are still to happen. */
  readonly faults: number
  /** Events in the log, those of the server itself too. */
  readonly events: number
  /** Where the next event will begin. */
  readonly end: number
}

/** Commands to the server, beside its own protocol: a path, and perhaps a body. */
const run = async (node: DatabaseNode, grpc: GrpcServer, request: IncomingMessage): Promise<unknown> => {
  const body = async <A>() => (await bodyOf(request)) as A
  switch (`${request.method} ${request.url}`) {
    case "GET /report": {
      const { log } = node.database
      const events = log.records.filter((record) => record !== undefined).length
      const [subscriptions, faults] = [node.subscriptions.size, node.faults.pending()]
      return { connections: grpc.connections(), subscriptions, faults, events, end: log.end } satisfies Report
    }
    case "POST /faults":
      return node.faults.add(await body<Fault>())
    case "DELETE /faults":
      return node.faults.clear()
    case "POST /stage":
      return Object.assign(node.stage, await body<Partial<typeof node.stage>>())
    case "POST /drop-connections":
      return grpc.dropConnections()
    case "POST /end-subscriptions": {
      const { code, message } = await body<{ readonly code: number; readonly message: string }>()
      for (const { call } of node.subscriptions) call.fail(new GrpcError(code, message))
      return undefined
    }
    case "POST /reset-subscriptions":
      for (const { call } of node.subscriptions) call.reset()
      return undefined
    case "POST /silence-subscriptions":
      for (const subscription of node.subscriptions) subscription.isSilent = true
      return undefined
    case "POST /scavenge":
      return scavenge(node.database)
    default:
      throw new Error(`no such command: ${request.method} ${request.url}`)
  }
}

export const makeControl = (node: DatabaseNode, grpc: GrpcServer): Server =>
  createServer((request, response) => {
    run(node, grpc, request).then(
      (answer = {}) => response.end(JSON.stringify(answer)),
      (error: Error) => response.writeHead(400).end(error.message)
    )
  })
