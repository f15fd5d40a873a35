import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { refusal, writeAnswer } from "./answers.ts"
import { answerCall, callOf } from "./calls.ts"
import type { Call } from "./contract.ts"
import { errors } from "./contract.ts"
import { CONTROL, control } from "./control.ts"
import type { Options } from "./options.ts"
import type { Simulator } from "./simulator.ts"

type Role = "platform" | "token" | "storage"

const roleOf: Readonly<Record<Call, Role>> = {
  token: "token",
  urls: "platform",
  put: "storage",
  confirm: "platform",
  poll: "platform"
}

const notFound = refusal(404, [errors.noSuchEndpoint])
const broken = refusal(500, [errors.generic])

const handle = async (
  simulator: Simulator,
  roles: ReadonlySet<Role>,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> => {
  const { ledger, options } = simulator
  const target = request.url ?? "/"
  const question = target.indexOf("?")
  const path = question < 0 ? target : target.slice(0, question)
  const query = question < 0 ? "" : target.slice(question + 1)
  if (path.startsWith(CONTROL) && roles.has("platform")) {
    return writeAnswer(response, await control(simulator, request, path, query), options.dateSkewMs)
  }
  const call = callOf(simulator, request.method, path)
  if (call !== undefined && roles.has(roleOf[call])) {
    return answerCall(simulator, { call, request, response, path, query, record: { call, at: Date.now() } })
  }
  ledger.violate(
    call !== undefined ? "wrong-base-url" : path === "/moved" ? "redirect-followed" : "endpoint-unknown",
    call ?? "none"
  )
  request.resume()
  writeAnswer(response, notFound, options.dateSkewMs)
}

const listen = (simulator: Simulator, roles: ReadonlySet<Role>, port: number): Promise<Server> => {
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (request, response) => {
    // A connection that breaks is an everyday thing here; without a listener it would end the process.
    request.on("error", () => {})
    handle(simulator, roles, request, response).catch(() => {
      simulator.ledger.defects++
      if (!response.headersSent) writeAnswer(response, broken, 0)
    })
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, simulator.options.host, () => resolve(server))
  })
}

/** The ports that were taken, and the way to give them back. */
export interface Listening {
  readonly port: number
  readonly tokenPort: number
  readonly storagePort: number
  readonly close: () => Promise<void>
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Serves the platform, and the token endpoint and the storage on ports of their own where the options say so. */
export const serve = async (
  simulator: Simulator,
  { host, port, tokenPort, storagePort }: Options
): Promise<Listening> => {
  const main = new Set<Role>([
    "platform",
    ...(tokenPort < 0 ? ["token" as const] : []),
    ...(storagePort < 0 ? ["storage" as const] : [])
  ])
  const platform = await listen(simulator, main, port)
  const token = tokenPort < 0 ? platform : await listen(simulator, new Set(["token"]), tokenPort)
  const storage = storagePort < 0 ? platform : await listen(simulator, new Set(["storage"]), storagePort)
  simulator.storageBase = `http://${host.includes(":") ? `[${host}]` : host}:${portOf(storage)}`
  return {
    port: portOf(platform),
    tokenPort: portOf(token),
    storagePort: portOf(storage),
    close: async () => {
      for (const server of new Set([platform, token, storage])) {
        server.close()
        server.closeAllConnections()
      }
      await simulator.callbacks.close()
    }
  }
}
