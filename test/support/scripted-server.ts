import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"

/** A server of this process that does what a test wants with each request, and counts its connections. */
export const scriptedServer = async (handle: (request: IncomingMessage, response: ServerResponse) => void) => {
  const sockets = new Set<Socket>()
  const counted = { connections: 0 }
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, (request, response) => {
    request.on("error", () => {})
    handle(request, response)
  })
  server.on("connection", (socket) => {
    counted.connections++
    sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => sockets.delete(socket))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    counted,
    /** Connections that are open now. */
    sockets,
    close: async () => {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
}
