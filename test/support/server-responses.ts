import { subscribe, unsubscribe } from "node:diagnostics_channel"
import type { ServerResponse } from "node:http"
import { onTestFinished } from "vitest"

const channel = "http.server.request.start"

/** The answers of all servers of this process to requests of a path, as the servers have them, from now on. */
export const serverResponses = (path: string): ReadonlyArray<ServerResponse> => {
  const responses: Array<ServerResponse> = []
  const keep = (message: unknown) => {
    const { request, response } = message as { request: { url: string }; response: ServerResponse }
    if (request.url.startsWith(path)) responses.push(response)
  }
  subscribe(channel, keep)
  onTestFinished(() => void unsubscribe(channel, keep))
  return responses
}
