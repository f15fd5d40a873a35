import type { Server as HttpServer } from "node:http"
import { createServer, type Server, type Socket } from "node:net"

const http2Begins = "PRI "

/** One port for HTTP/2, and for HTTP/1 beside it: the first bytes of a connection tell. */
export const makePort = (http2: (socket: Socket) => void, http1: HttpServer): Server =>
  createServer((socket) => {
    socket.setNoDelay(true)
    socket.on("error", () => {})
    socket.once("readable", () => {
      const first: Buffer | null = socket.read()
      if (first === null) return
      socket.unshift(first)
      if (first.toString("latin1", 0, http2Begins.length) === http2Begins) http2(socket)
      else http1.emit("connection", socket)
    })
  })
