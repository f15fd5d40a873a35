import { createServer, type Server, type ServerResponse } from "node:http"
import { scavenge } from "./log/scavenge.ts"
import { serverVersion } from "./methods/supported-methods.ts"
import type { DatabaseNode } from "./node.ts"

const json = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body))
}

/** What the server answers over HTTP/1. */
export const makeWeb = ({ stage, database }: DatabaseNode): Server =>
  createServer((request, response) => {
    request.resume()
    const state = stage.isReady ? "Leader" : "Unknown"
    switch (`${request.method} ${request.url}`) {
      case "GET /health/live":
        return void response.writeHead(stage.isLive ? 204 : 503).end()
      case "GET /info":
        return json(response, { esVersion: `${serverVersion}.0`, state: state.toLowerCase() })
      case "GET /gossip":
        return json(response, { members: [{ state, isAlive: true, esVersion: serverVersion }] })
      case "POST /admin/scavenge":
        return json(response, { scavengeId: scavenge(database).scavengeId })
      default:
        response.writeHead(404).end()
    }
  })
